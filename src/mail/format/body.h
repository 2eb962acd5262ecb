// Message bodies: encodes text into lines that every relay passes on unchanged (RFC 2045).
//
//   seven_bit          as is: ASCII in lines of at most 76 columns
//   quoted_printable   mostly ASCII, or lines that are too long
//   base64             mostly not ASCII; also files
//
// Encoded text is 7-bit and in short lines that end in CRLF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

enum class TransferEncoding { seven_bit, quoted_printable, base64 };

std::string_view name_of(TransferEncoding encoding);  // "7bit", as in the header

// Normalises all line ends to LF and ends the last line with LF, unless the text is empty. Invalid
// UTF-8 becomes U+FFFD; `replaced`, if given, is increased by the number of replacements.
std::string normal_text(std::string_view text, std::size_t* replaced = nullptr);

// Both require: `text` comes from normal_text().
TransferEncoding encoding_for(std::string_view text);
std::string encode_text(std::string_view text, TransferEncoding encoding);

// Bytes of a file per line of base64; read files in multiples of it.
inline constexpr std::size_t base64_line_bytes = 57;

// Lines of base64, each ended by CRLF; the size of those lines for that many bytes.
std::string base64_lines(std::string_view bytes);
std::int64_t base64_lines_size(std::int64_t bytes);

}  // namespace mega
