// Bodies: text as lines that every relay passes on unchanged (RFC 2045).
//
//   seven_bit          as it is: ASCII in lines of at most 76 columns
//   quoted_printable   mostly ASCII, or lines that are too long
//   base64             mostly not ASCII, and files
//
// Whatever is encoded here has 7 bits and short lines ended by CRLF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

enum class TransferEncoding { seven_bit, quoted_printable, base64 };

std::string_view name_of(TransferEncoding encoding);  // "7bit", as the header has it

// Text with LF between lines, whatever it had, and one behind the last unless it is empty. Bytes
// that are no UTF-8 become U+FFFD; `replaced` counts them when given.
std::string normal_text(std::string_view text, std::size_t* replaced = nullptr);

// Requires of both: what normal_text() gives.
TransferEncoding encoding_for(std::string_view text);
std::string encode_text(std::string_view text, TransferEncoding encoding);

// So many bytes of a file make one line of base64; read files in multiples of it.
inline constexpr std::size_t base64_line_bytes = 57;

// Lines of base64, each ended by CRLF.
std::string base64_lines(std::string_view bytes);
std::int64_t base64_lines_size(std::int64_t bytes);

}  // namespace mega
