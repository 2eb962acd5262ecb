// Text of older charsets as UTF-8: what scripts write on hosts that were set up long ago.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

// `charset` in any case: utf-8, us-ascii, iso-8859-1, iso-8859-15, windows-1252, and latin1 and the
// like for them. Bytes that the charset does not have become U+FFFD.
// Errors: invalid_argument for a charset that is unknown; the sentence lists those that are known.
Result<std::string> to_utf8(std::string_view text, std::string_view charset);

}  // namespace mega
