// Encoded words (RFC 2047): how text of any language stands in a header, which is ASCII.
//
//   Größe  ->  =?UTF-8?B?R3LDtsOfZQ==?=
//
// Always base64: mail programs decode it, and people do not read headers in the raw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The text on one line: each run of line ends and other control characters becomes one blank, bytes
// that are no UTF-8 become U+FFFD, blanks at both ends go. This is why no text can end a header.
std::string header_text(std::string_view text);

// Words of at most 75 bytes, to be parted by a blank or a fold, which readers drop. No character is
// cut. Requires: UTF-8.
std::vector<std::string> encoded_words(std::string_view text);

// What may stand in a header as it is: printable ASCII, single blanks between words that fit on a
// line, and nothing that looks like an encoded word.
bool is_plain_text(std::string_view text);

}  // namespace mega
