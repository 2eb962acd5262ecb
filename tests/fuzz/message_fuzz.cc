// is_answer and read_courtesy on any bytes: neither fails; both recognise what mega writes.
#include "wire/message.h"

#include "wire/envelope.h"
#include "wire/reply.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mega;
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const bool answer = is_answer(payload);
  const CourtesyRequest courtesy = read_courtesy(payload);
  if (courtesy.kind != Courtesy::none) {
    const CourtesyRequest back = read_courtesy(write_courtesy(courtesy));
    if (back.kind != courtesy.kind || back.id != courtesy.id || courtesy.id < 1) std::abort();
  }
  if (auto envelope = parse_envelope(payload)) {
    envelope->id = 7;
    if (is_answer(write_envelope(*envelope, Dialect::ours))) std::abort();
  }
  if (const auto reply = parse_reply(payload); reply && answer) {
    if (!is_answer(our_reply(reply->id, reply->result))) std::abort();
  }
  return 0;
}
