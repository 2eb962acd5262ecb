#include "sql/greeting.h"

#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t header_bytes = 4;
constexpr std::size_t version_bytes_max = 200;
constexpr std::size_t behind_version_bytes = 4 + 8 + 1;  // thread, scramble, filler
constexpr char handshake = '\x0a';
constexpr char error_mark = '\xff';
constexpr std::string_view front_for_old_clients = "5.5.5-";

std::size_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

auto no_greeting() { return fail(Errc::corrupt, "it is no greeting of a MySQL or MariaDB server"); }

Result<std::optional<Greeting>> parse_error(std::string_view payload) {
  if (payload.size() < 4) return no_greeting();
  const std::string_view text = payload.substr(3);
  if (!is_utf8(text) || text.find('\0') != text.npos) return no_greeting();
  return Greeting{
      .version = "",
      .error = static_cast<std::int64_t>(byte_at(payload, 1) | byte_at(payload, 2) << 8),
      .error_text = std::string(text)};
}

Result<std::optional<Greeting>> parse_handshake(std::string_view payload) {
  const std::size_t end = payload.find('\0');
  if (end == payload.npos || payload.size() < end + 1 + behind_version_bytes) return no_greeting();
  std::string_view version = payload.substr(1, end - 1);
  if (version.empty() || version.size() > version_bytes_max || !is_printable(version)) {
    return no_greeting();
  }
  if (version.starts_with(front_for_old_clients) && database_type(version) == "MariaDB") {
    version.remove_prefix(front_for_old_clients.size());
  }
  return Greeting{.version = std::string(version), .error = 0, .error_text = ""};
}

}  // namespace

Result<std::optional<Greeting>> parse_greeting(std::string_view bytes) {
  if (bytes.size() > 3 && bytes[3] != 0) return no_greeting();
  if (bytes.size() > header_bytes && bytes[4] != handshake && bytes[4] != error_mark) {
    return no_greeting();
  }
  if (bytes.size() <= header_bytes) return std::nullopt;
  const std::size_t length = byte_at(bytes, 0) | byte_at(bytes, 1) << 8 | byte_at(bytes, 2) << 16;
  if (length == 0 || length > greeting_bytes_max - header_bytes) return no_greeting();
  if (bytes.size() < header_bytes + length) return std::nullopt;
  const std::string_view payload = bytes.substr(header_bytes, length);
  return payload[0] == handshake ? parse_handshake(payload) : parse_error(payload);
}

std::string_view database_type(std::string_view version) {
  return to_lower(version).find("mariadb") != std::string::npos ? "MariaDB" : "MySQL";
}

std::string_view version_number(std::string_view version) {
  std::string_view number = version.substr(0, version.find_first_not_of("0123456789."));
  while (number.ends_with('.')) number.remove_suffix(1);
  return number;
}

}  // namespace mega
