// ReplyReader on any stream: the replies do not depend on the segments, they keep the limits, and
// offer_of() accepts each.
#include "mail/format/smtp_reply.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

namespace {

std::vector<std::string> replies_in(std::initializer_list<std::string_view> parts) {
  ReplyReader reader;
  std::vector<std::string> all;
  for (const std::string_view part : parts) {
    reader.feed(part);
    for (;;) {
      const auto reply = reader.next();
      if (!reply) {
        if (reply.error().code != Errc::corrupt || reply.error().message.empty()) std::abort();
        all.emplace_back("broken");
        return all;
      }
      if (!*reply) break;
      const SmtpReply& one = **reply;
      if (one.code < 200 || one.code > 599 || one.lines.empty()) std::abort();
      if (one.lines.size() > smtp_lines_max) std::abort();
      if (one.text().find('\n') != std::string::npos) std::abort();
      if (offer_of(one).size_max < 0) std::abort();
      all.push_back(one.text());
    }
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = size == 0 ? 0 : data[0] % (size + 1);
  if (replies_in({stream}) != replies_in({stream.substr(0, cut), stream.substr(cut)})) std::abort();
  return 0;
}
