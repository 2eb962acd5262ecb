// Converts numbers to text and back, as Python and JSON both need it.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

// Integers of more decimal digits are refused; CPython has the same limit.
inline constexpr std::size_t integer_digits_max = 4300;
// The same for the bases 2, 8 and 16, which take quadratic time to convert.
inline constexpr std::size_t based_digits_max = 1024;

// `digits` are ASCII digits of `base` (2, 8, 10 or 16), at least one, leading zeros allowed.
// Returns an integer, or Digits when it does not fit in 64 bits.
// Errors: invalid_argument for more than integer_digits_max digits, or based_digits_max of another
// base than 10.
Result<Value> integer_from(bool negative, std::string_view digits, unsigned base);

// `text` is digits with an optional point and exponent. Beyond the range of a double the result is
// infinity or 0, as in Python.
// Errors: invalid_argument for other text.
Result<double> real_from(std::string_view text);

void append_integer(std::int64_t number, std::string& out);

// As Python's repr: the shortest text that reads back as the same number, always with a point or
// an exponent. Infinity is 1e999, which reads back as infinity; requires: no NaN.
void append_real(double number, std::string& out);

}  // namespace mega
