// Files read and written whole.
//
// Errors of all functions name the file and say why ("cannot read /etc/x: Permission denied"):
// not_found for a file that is not there, not_allowed when this user may not, else failed.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mega {

// All of a file's bytes. Refuses folders and files of more than `bytes_max` (failed); a pipe or a
// device is read to its end, within the same limit.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

// Puts `bytes` under the name at once: readers see the old file or the new one, never a part, and
// after a crash one of the two is there. The folder must exist. The new file has `mode` whatever
// the umask. A symbolic link is replaced, not followed.
Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode = 0644);

// The sentence for a system call that failed: system_error("read", "/etc/x", errno).
Error system_error(std::string_view verb, std::string_view path, int error_number);

// What an errno means, "Permission denied". Thread-safe, unlike strerror().
std::string describe_errno(int error_number);

}  // namespace mega
