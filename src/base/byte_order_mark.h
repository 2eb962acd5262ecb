// The byte order mark (U+FEFF) that some editors and spreadsheets write in front of UTF-8.
#pragma once

#include <string_view>

namespace mega {

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// The text behind its byte order mark; the whole text when it has none.
inline std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

}  // namespace mega
