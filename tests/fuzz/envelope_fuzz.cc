// Envelopes and replies on any bytes: no parser fails, and what a parser accepts survives a round
// trip in both dialects.
#include "wire/envelope.h"

#include "wire/reply.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mega;

// Writes, reads and writes the envelope again: the bytes must be equal.
void check_round_trip(const Envelope& envelope, Dialect dialect) {
  const std::string written = write_envelope(envelope, dialect);
  const auto back = parse_envelope(written);
  if (!back || write_envelope(*back, dialect) != written) std::abort();
  if (dialect == Dialect::legacy && written.find("EOF") != written.npos) std::abort();
}

void check_reply(const Result<Value>& result) {
  const auto answer = parse_reply(our_reply(7, result));
  if (!answer || answer->id != 7 || answer->result.has_value() != result.has_value()) std::abort();
  for (const Shape shape : {Shape::data_and_code, Shape::code, Shape::value}) {
    const auto payload = legacy_reply(result, shape);
    if (payload && payload->find("EOF") != payload->npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);

  std::int64_t id = -1;
  const auto envelope = parse_envelope(payload, &id);
  if (id < 0 || id > request_id_max) std::abort();
  if (envelope) {
    Envelope legacy = *envelope;
    legacy.id = 0;
    legacy.as.clear();
    check_round_trip(legacy, Dialect::legacy);
    Envelope ours = *envelope;
    ours.id = 7;
    check_round_trip(ours, Dialect::ours);
    if (const auto arguments = call_arguments(*envelope)) {
      check_reply(List(arguments->positional));
    }
  }

  if (const auto answer = parse_reply(payload)) check_reply(answer->result);
  check_reply(parse_legacy_reply(payload));
  return 0;
}
