// Reads and writes whole files.
//
// Errors of all functions have the file and the reason ("cannot read /etc/x: Permission denied"):
// not_found when the file does not exist, not_allowed when permission is denied, else failed.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mega {

// Reads all bytes of a file. A folder and a file of more than `bytes_max` bytes are refused
// (failed); a pipe or a device is read to its end, within the same limit.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

// Replaces the file atomically: readers see the old file or the new one, never a part, also after a
// crash. The folder must exist. The new file has `mode` regardless of the umask. A symbolic link is
// replaced, not followed.
Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode = 0644);

// The error of a failed system call: system_error("read", "/etc/x", errno).
Error system_error(std::string_view verb, std::string_view path, int error_number);

// The text of an errno, "Permission denied". Thread-safe, unlike strerror().
std::string describe_errno(int error_number);

}  // namespace mega
