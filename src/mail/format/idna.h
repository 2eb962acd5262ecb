// Domains with letters beyond ASCII, in the form that DNS and every relay know: "bücher.example" is
// "xn--bcher-kva.example" (RFC 5890, 3492); pure.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// What stands behind "xn--" for these letters (RFC 3492). nullopt: more than any label may hold.
std::optional<std::string> punycode(std::u32string_view letters);

// The domain in ASCII; what is ASCII stays as it is. Letters are made small as far as Latin, Greek,
// Cyrillic and full-width ones go, and a dot may be an ideographic one (UTS 46); what is composed
// of several marks has to come composed. Requires UTF-8.
// Errors: invalid_argument for a blank or invisible character, and for a label that is too long.
Result<std::string> ascii_domain(std::string_view domain);

}  // namespace mega
