// The strings of Python literals: quotes, prefixes, escapes, pieces that join. Part of
// parse_python, whose header says what becomes of bytes and code points.
//
// The numbers of Python literals: 17, 0x1f, 0o17, 017 (octal, as in Python 2), 3306L,
// 1_000, 1.5e-7.
#pragma once

#include "base/result.h"
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

// What at the start of `text` belongs to one number, or to what would like to be one: 12ab is one.
std::string_view python_number_token(std::string_view text);

// Errors: invalid_argument for what is no number, complex ones, and integers that are too long.
Result<Value> read_python_number(std::string_view token, bool negative);

}  // namespace mega
