// Internationalised domain names: "bücher.example" becomes "xn--bcher-kva.example", the form that
// DNS and every relay know (RFC 5890, 3492); pure.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// The part of a label after "xn--" (RFC 3492). nullopt: more letters than a label may hold.
std::optional<std::string> punycode(std::u32string_view letters);

// The domain in ASCII; ASCII labels stay unchanged. Converts Latin, Greek, Cyrillic and full-width
// letters to lower case, and accepts ideographic dots (UTS 46). Composes no characters: letters
// with marks must be precomposed. Requires: valid UTF-8.
// Errors: invalid_argument for a blank or invisible character, and for a label that is too long.
Result<std::string> ascii_domain(std::string_view domain);

}  // namespace mega
