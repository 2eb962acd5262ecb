// Shows the place of an error in a text: the line with a caret under it.
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
// A long line is cut on both sides ("..."), and control bytes are escaped. For a text of several
// lines the message gains the line number (", in line 2"). `offset` may be text.size().
std::string with_caret(std::string_view message, std::string_view text, std::size_t offset);

}  // namespace mega
