// Internationalised domain names: "bücher.example" becomes "xn--bcher-kva.example", the form that
// DNS and every relay know (IDNA 2008 after the mapping of UTS 46, without its transitional
// exceptions); pure.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

// The domain in ASCII. A domain that is ASCII stays as it is; any other is composed (NFC), mapped to
// lower case, and its full-width and ideographic forms to their usual ones. Requires: valid UTF-8
// without control characters. Errors: invalid_argument for a blank or invisible character, for
// characters that no domain may have there, and for a domain or label that is too long.
Result<std::string> ascii_domain(std::string_view domain);

}  // namespace mega
