// The numbers of Python literals: 17, 0x1f, 0o17, 017 (octal, as in Python 2), 3306L,
// 1_000, 1.5e-7.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <string_view>

namespace mega {

// What at the start of `text` belongs to one number, or to what would like to be one: 12ab is one.
std::string_view python_number_token(std::string_view text);

// Errors: invalid_argument for what is no number, complex ones, and integers that are too long.
Result<Value> read_python_number(std::string_view token, bool negative);

}  // namespace mega
