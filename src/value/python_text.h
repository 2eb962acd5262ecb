// The strings of Python literals: quotes, prefixes, escapes, pieces that join. Part of
// parse_python, whose header says what becomes of bytes and code points.
#pragma once

#include "value/value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Why a reader stops, and at which byte of the text.
struct Refusal {
  std::size_t at;
  std::string message;
};

// White space and comments from `at` on.
std::size_t skip_python_blanks(std::string_view text, std::size_t at);

// A quote stands at `at`, with a prefix of Python 2 or 3 before it or none.
bool is_python_text(std::string_view text, std::size_t at);

// Reads the string at `at` and those that join it, and sets `at` behind them. Text, or Bytes.
// Requires is_python_text(text, at).
std::optional<Refusal> read_python_text(std::string_view text, std::size_t& at, Value& into);

}  // namespace mega
