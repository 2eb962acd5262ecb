// Shows where in a text something is wrong: the line and a caret under the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

// The message, the line of `text` that holds `offset` and a line with the caret under it:
//
//   want ',' or ')'
//     model='backup' stat=1
//                    ^
//
// A line that is long is cut on both sides ("..."), control bytes are escaped, and of a text of
// several lines the message gains the number (", in line 2"). `offset` may be text.size().
std::string with_caret(std::string_view message, std::string_view text, std::size_t offset);

}  // namespace mega
