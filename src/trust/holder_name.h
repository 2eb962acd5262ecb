// Names of certificate holders: "db01.example", "night-shift", "ada@laptop".
#pragma once

#include "base/result.h"

#include <string_view>

namespace mega {

// Letters, digits, '.', '-', '_' and '@', at most 64, the first a letter or a digit. Names of roles
// and "root" (the caller at the unix socket) are refused: they would mislead in rules and in the
// audit. Errors: invalid_argument saying what a name is.
Result<void> check_holder_name(std::string_view name);

}  // namespace mega
