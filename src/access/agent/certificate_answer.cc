#include "access/agent/certificate_answer.h"

#include <string_view>
#include <utility>

namespace mega {
namespace {

std::string text_at(const Map& map, std::string_view key) {
  const Value* value = map.find(key);
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : "";
}

}  // namespace

Result<ReceivedCertificate> read_certificate_answer(const Value& answer, const std::string& ca_pin,
                                                    const std::string& key_pin, Time now) {
  const auto* map = answer.as<Map>();
  if (!map)
    return fail(Errc::corrupt, "the server answers {} in place of a certificate",
                kind_name(answer));
  ReceivedCertificate received{.certificate = text_at(*map, "certificate"),
                               .ca = text_at(*map, "ca")};
  const auto pin = pin_of(received.ca);
  if (!pin || *pin != ca_pin) {
    return fail(Errc::not_allowed, "the server answers with the CA of another site");
  }
  if (auto issued = check_issuer(received.ca, received.certificate); !issued) {
    return fail(issued.error());
  }
  auto identity = read_certificate(received.certificate);
  if (!identity) return fail(identity.error());
  if (identity->key_pin != key_pin) {
    return fail(Errc::not_allowed, "the server answers with a certificate for another key");
  }
  if (const auto time = parse_time(text_at(*map, "time"))) {
    received.clock_ahead = std::chrono::seconds(now.seconds - time->seconds);
  }
  if (auto valid = check_dates(*identity, now); !valid) return fail(valid.error());
  received.identity = *std::move(identity);
  return received;
}

}  // namespace mega
