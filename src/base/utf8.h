// Decodes and encodes UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

// One character, or one byte that is not part of a character.
struct Utf8 {
  bool valid;
  char32_t code;      // the byte itself when it is not valid
  std::size_t bytes;  // 1 to 4
};

// The character at the front of `text`, which must not be empty. Strict: overlong forms, surrogates
// and codes beyond U+10FFFF are not valid.
inline Utf8 next_utf8(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {true, lead, 1};
  const Utf8 none{false, lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return none;
  char32_t code = lead & (0xff >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return none;
    code = code << 6 | (byte(i) & 0x3f);
  }
  if (bytes == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return none;
  if (bytes == 4 && (code < 0x10000 || code > 0x10ffff)) return none;
  return {true, code, bytes};
}

// Whether the byte continues a character and does not begin one.
inline bool continues_utf8(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The longest front of `text` with at most `bytes_max` bytes that does not end inside a character.
inline std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  const std::size_t end_min = bytes_max < 3 ? 0 : bytes_max - 3;  // a character continues 3 times
  while (end > end_min && continues_utf8(text[end])) --end;
  return text.substr(0, continues_utf8(text[end]) ? bytes_max : end);
}

// Appends the character's bytes. False, and nothing appended: a surrogate, or beyond U+10FFFF.
inline bool append_utf8(std::string& text, char32_t code) {
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return false;
  const auto put = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
    return true;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  put((0xff00 >> (more + 1) & 0xff) | code >> (6 * more));  // marked 0xc0, 0xe0 or 0xf0
  for (int i = more - 1; i >= 0; --i) put(0x80 | (code >> (6 * i) & 0x3f));
  return true;
}

}  // namespace mega
