// Any bytes as a certificate, a key and a request, in PEM and in DER. A certificate issued for a
// request is by that CA, for that key, and matches the grant.
#include "trust/certificate.h"

#include "base/text.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

namespace {

constexpr Time now{1'800'000'000};

std::string pem(std::string_view what, std::string_view bytes) {
  std::string text = fmt::format("-----BEGIN {}-----\n", what);
  const std::string base64 = encode_base64(bytes);
  for (std::size_t at = 0; at < base64.size(); at += 64) text += base64.substr(at, 64) + "\n";
  return text + fmt::format("-----END {}-----\n", what);
}

void check_request(std::string_view request) {
  static const std::string key = make_key().value();
  static const std::string ca = make_ca(key, "fuzz", now).value();
  const auto pin = pin_of_request(request);
  const auto issued = issue(ca, key, request, {.name = "db1", .role = "agent", .now = now});
  if (!issued) return;
  const auto identity = read_certificate(*issued);
  if (!identity || identity->name != "db1" || identity->role != "agent") std::abort();
  if (!pin || identity->key_pin != *pin || !check_issuer(ca, *issued)) std::abort();
}

void check(std::string_view text) {
  static const std::string other = make_ca(make_key().value(), "fuzz", now).value();
  check_request(text);
  const auto identity = read_certificate(text);
  if (!identity) return;
  if (pin_of(text).value() != identity->key_pin) std::abort();
  [[maybe_unused]] const auto dates = check_dates(*identity, now);
  if (check_issuer(other, text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  check(pem("CERTIFICATE", bytes));
  check_request(pem("CERTIFICATE REQUEST", bytes));
  [[maybe_unused]] const auto request = make_request(bytes, "x");
  return 0;
}
