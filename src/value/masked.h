// What a value shows in logs and the audit: all but its secrets.
#pragma once

#include "value/value.h"

#include <string_view>

namespace mega {

// In place of a secret.
inline constexpr std::string_view secret_mask = "***";

// Whether what has that name is a secret: it says password, passwd, secret, token or sql.
bool is_secret(std::string_view name);

// Whatever has the name of a secret, at any depth, is ***, and PEM is (PEM).
Value masked(const Value& value);

}  // namespace mega
