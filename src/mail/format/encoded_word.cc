#include "mail/format/encoded_word.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>

namespace mega {
namespace {

// 52 characters of base64 in a word of 64, so that the word fits after "Reply-To: " in 76 columns.
constexpr std::size_t encoded_bytes_max = 39;
constexpr std::size_t plain_word_max = 60;

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

}  // namespace

std::string header_text(std::string_view text) {
  std::string line;
  bool gap = false;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8 next = next_utf8(text.substr(i));
    const bool skipped = next.valid && is_control(next.code);
    if (!skipped) {
      if (gap && !line.empty()) line += ' ';
      if (next.valid)
        line.append(text.substr(i, next.bytes));
      else
        append_utf8(line, U'\uFFFD');
    }
    gap = skipped;
    i += next.bytes;
  }
  return std::string(trim(line));
}

std::vector<std::string> encoded_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
      const std::size_t more = next_utf8(text.substr(bytes)).bytes;
      if (bytes + more > encoded_bytes_max) break;
      bytes += more;
    }
    words.push_back("=?UTF-8?B?" + encode_base64(text.substr(0, bytes)) + "?=");
    text.remove_prefix(bytes);
  }
  return words;
}

bool is_plain_text(std::string_view text) {
  if (text.find("=?") != std::string_view::npos) return false;
  if (!std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; })) return false;
  if (text.empty()) return true;
  return std::ranges::all_of(split(text, ' '), [](std::string_view word) {
    return !word.empty() && word.size() <= plain_word_max;
  });
}

}  // namespace mega
