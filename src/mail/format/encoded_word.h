// Encoded words (RFC 2047): text of any language in an ASCII header.
//
//   Größe  ->  =?UTF-8?B?R3LDtsOfZQ==?=
//
// Always base64: mail programs decode it, and people do not read raw headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Puts the text on one line: runs of control characters, including line ends, become one blank,
// invalid UTF-8 becomes U+FFFD, blanks at both ends are removed. So no text can end a header.
std::string header_text(std::string_view text);

// Words of at most 75 bytes, to be separated by a blank or a fold, which readers drop. No character
// is split. Requires: valid UTF-8.
std::vector<std::string> encoded_words(std::string_view text);

// Whether the text needs no encoding in a header: printable ASCII, single blanks between words that
// fit on a line, and nothing that looks like an encoded word.
bool is_plain_text(std::string_view text);

}  // namespace mega
