// Masks secrets in values, for logs and the audit.
#pragma once

#include "value/value.h"

#include <string_view>

namespace mega {

// Replaces a secret.
inline constexpr std::string_view secret_mask = "***";

// Whether a field of that name is a secret: the name contains password, passwd, pwd, secret, token,
// sql, content or input, in any case.
bool is_secret(std::string_view name);

// The value with each field that has the name of a secret, at any depth, replaced by ***, and PEM
// text by (PEM).
Value masked(const Value& value);

}  // namespace mega
