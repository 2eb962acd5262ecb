// compose on any text in every place: no text begins a header, ends the headers, makes a line too
// long or closes a part; the announced size is correct.
#include "mail/format/mail_stream.h"
#include "mail/format/message.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace mega;

namespace {

// Takes the next text of the input; bytes 0xff separate texts.
std::string take(std::string_view& input) {
  const auto end = std::min(input.find('\xff'), input.size());
  std::string text(input.substr(0, end));
  input.remove_prefix(std::min(end + 1, input.size()));
  return text;
}

void check_lines(std::string_view bytes) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') std::abort();
    if (c == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n')) std::abort();
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r')) std::abort();
    column = c == '\n' ? 0 : column + 1;
    if (column > 77) std::abort();  // 76 and the carriage return
  }
}

std::size_t count(std::string_view bytes, std::string_view what) {
  std::size_t found = 0;
  for (auto at = bytes.find(what); at != std::string_view::npos; at = bytes.find(what, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Message message{.from = {take(input), "mega@db1"},
                  .to = {{take(input), "a@x.org"}, {take(input), "b@x.org"}},
                  .subject = take(input),
                  .text = take(input),
                  .date = {1406787187},
                  .token = "mega.0123456789abcdef"};
  if (!input.empty()) message.html = take(input);
  if (!input.empty()) {
    std::string name = take(input);
    message.attachments.push_back(attachment_of(name, std::string(input)));
  }
  const auto composed = compose(message);
  if (!composed) std::abort();
  ComposedSource source(*composed);
  const auto bytes = whole_message(source);
  if (!bytes || static_cast<std::int64_t>(bytes->size()) != composed->bytes) std::abort();
  check_lines(*bytes);
  const std::string head = bytes->substr(0, bytes->find("\r\n\r\n") + 2);
  if (count(head, "\r\nSubject:") != 1 || count(head, "\r\nFrom: ") != 1) std::abort();
  if (count(head, "\r\nTo: ") != 1 || count(head, "\r\nMIME-Version: 1.0\r\n") != 1) std::abort();
  if (count(head, "\r\nBcc") != 0) std::abort();
  const std::size_t mixed = message.attachments.empty() ? 0 : 3;
  if (count(*bytes, "\r\n--=_mixed_mega.0123456789abcdef") != mixed) std::abort();
  const std::size_t alternative = message.html ? 3 : 0;
  if (count(*bytes, "\r\n--=_alternative_mega.0123456789abcdef") != alternative) std::abort();
  return 0;
}
