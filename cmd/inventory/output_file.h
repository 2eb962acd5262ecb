// The file that a command writes because its caller named it: FILE of `mega inventory export`.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

// Writes the text to the file `name`; "-" and a name of standard output (/dev/stdout) are standard
// output.
//
// A regular file is replaced at once and whole, and keeps its mode. A link stays: the file that it
// leads to is replaced. A FIFO or a device stays, too: the text is written into it. Root writes in
// a place of another user as that user (base/as_owner.h). Errors: as write_file() in base/file.h;
// failed for a FIFO without a reader.
Result<void> write_output_file(const std::string& name, std::string_view text);

}  // namespace mega
