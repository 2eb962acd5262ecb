// The Content-Type of attached files.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"

#include <string>
#include <string_view>

namespace mega {

// The MIME type by file name extension, "text/csv"; application/octet-stream for unknown ones.
std::string_view type_of_file(std::string_view file_name);

// The Content-Type by name and content. A text without a charset would be US-ASCII (RFC 2046): one
// in UTF-8 says so, and any other is application/octet-stream, which no mail program guesses about.
// Reads the file only if its name says that it is a text. Errors: those of the file.
Result<std::string> content_type_of(std::string_view file_name,
                                    const std::function<Result<ByteReader>()>& open);

}  // namespace mega
