#include "base/log_line.h"

#include "base/text.h"
#include "base/utf8.h"

#include <array>

namespace mega {
namespace {

// The note behind a message that was cut; empty for a whole one.
std::string size_note(std::string_view message) {
  if (message.size() <= log_message_bytes_max) return "";
  return fmt::format("... ({} bytes in all)", message.size());
}

void append_json(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8 character = next_utf8(text);
    const auto code = static_cast<unsigned>(character.code);
    if (!character.valid) {
      out += fmt::format("\\\\x{:02x}", code);
    } else if (code == '"' || code == '\\') {
      out += '\\';
      out += text[0];
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
}

std::string_view padded_name(LogLevel level) {
  constexpr std::array<std::string_view, 4> names{"DEBUG", "INFO ", "WARN ", "ERROR"};
  return names[static_cast<std::size_t>(level)];
}

}  // namespace

std::string text_line(const LogEvent& event) {
  return fmt::format("{} {:<12} {} {}{}\n", format_local(event.time), one_line(event.name),
                     padded_name(event.level),
                     one_line(cut_utf8(event.message, log_message_bytes_max)),
                     size_note(event.message));
}

std::string json_line(const LogEvent& event) {
  std::string line = "{\"time\":\"" + format_iso(event.time) + "\",\"name\":\"";
  append_json(line, event.name);
  line += "\",\"level\":\"";
  line += name_of(event.level);
  line += "\",\"message\":\"";
  append_json(line, cut_utf8(event.message, log_message_bytes_max));
  return line + size_note(event.message) + "\"}\n";
}

}  // namespace mega
