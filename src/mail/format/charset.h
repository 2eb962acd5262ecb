// Converts text of older charsets to UTF-8, for scripts on hosts with old locales.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

// `charset`, in any case, is utf-8, us-ascii, iso-8859-1, iso-8859-15, windows-1252 or an alias
// such as latin1. Bytes undefined in the charset become U+FFFD; utf-8 is returned unchanged.
// Errors: invalid_argument for an unknown charset; the message lists the known ones.
Result<std::string> to_utf8(std::string_view text, std::string_view charset);

}  // namespace mega
