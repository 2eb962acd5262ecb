#include "mail/format/body.h"

#include "base/text.h"
#include "base/utf8.h"

#include <fmt/core.h>

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t columns_max = 76;

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

// Literal in quoted-printable, at any position.
bool is_literal(char c) { return is_printable(c) && c != '=' && c != ' '; }

// Appends one line of text as quoted-printable, without the last CRLF.
void append_quoted_printable(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank = c == ' ' || c == '\t';
    // Relays may drop blanks at the end of a line; some interpret "From " or a dot at its start.
    const bool fragile = (blank && last) || (column == 0 && (c == '.' || c == 'F'));
    const bool plain = (is_literal(c) || blank) && !fragile;
    const std::size_t width = plain ? 1 : 3;
    if (column + width > columns_max - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain)
      out += c;
    else
      out += fmt::format("={:02X}", static_cast<unsigned char>(c));
    column += width;
  }
}

}  // namespace

std::string_view name_of(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      return "7bit";
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::base64:
      return "base64";
  }
  return "";
}

std::string normal_text(std::string_view text, std::size_t* replaced) {
  std::string normal;
  normal.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\r') {
      normal += '\n';
      i += text.substr(i).starts_with("\r\n") ? 2 : 1;
      continue;
    }
    const Utf8 next = next_utf8(text.substr(i));
    if (next.valid) {
      normal.append(text.substr(i, next.bytes));
    } else {
      append_utf8(normal, U'\uFFFD');
      if (replaced) ++*replaced;
    }
    i += next.bytes;
  }
  if (!normal.empty() && normal.back() != '\n') normal += '\n';
  return normal;
}

TransferEncoding encoding_for(std::string_view text) {
  std::size_t strange = 0;
  bool short_lines = true;
  for (const std::string_view line : split(text, '\n')) {
    short_lines = short_lines && line.size() <= columns_max && !line.ends_with(' ') &&
                  !line.ends_with('\t') && !line.starts_with("From ") &&
                  !line.starts_with("--=_");  // like the boundaries in message.cc
    strange += static_cast<std::size_t>(
        std::ranges::count_if(line, [](char c) { return !is_printable(c) && c != '\t'; }));
  }
  if (strange == 0 && short_lines) return TransferEncoding::seven_bit;
  // A strange byte takes 3 bytes in quoted-printable, others 1; in base64 each takes 4/3.
  return strange * 6 > text.size() ? TransferEncoding::base64 : TransferEncoding::quoted_printable;
}

std::string encode_text(std::string_view text, TransferEncoding encoding) {
  if (text.empty()) return {};
  text.remove_suffix(1);  // the last line's end
  std::string lines;
  for (const std::string_view line : split(text, '\n')) {
    if (encoding == TransferEncoding::quoted_printable)
      append_quoted_printable(lines, line);
    else
      lines += line;
    lines += "\r\n";
  }
  return encoding == TransferEncoding::base64 ? base64_lines(lines) : lines;
}

std::string base64_lines(std::string_view bytes) {
  std::string lines;
  lines.reserve(
      static_cast<std::size_t>(base64_lines_size(static_cast<std::int64_t>(bytes.size()))));
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), base64_line_bytes))) {
    lines += encode_base64(bytes.substr(0, base64_line_bytes));
    lines += "\r\n";
  }
  return lines;
}

std::int64_t base64_lines_size(std::int64_t bytes) {
  constexpr auto line = static_cast<std::int64_t>(base64_line_bytes);
  const std::int64_t rest = bytes % line;
  return bytes / line * 78 + (rest == 0 ? 0 : (rest + 2) / 3 * 4 + 2);
}

}  // namespace mega
