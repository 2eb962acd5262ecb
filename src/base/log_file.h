// A log file that several processes append to, rotated by size.
//
// The daemon and every `mega log` of a script write to the client's log at the same time. So:
//
// * A line is one write() to a file opened with O_APPEND. The kernel does not mix such writes.
// * Before each line the path is looked up. When it names another file by now, because another
//   process rotated it or logrotate moved it, append() opens that one; no signal is needed.
// * A process that finds the file full rotates it, if it gets the file's lock (flock) at once. If
//   not, another process is rotating, and the line goes to the old file, which loses nothing.
//
// Rotation renames mega.log to mega.log.1, that to mega.log.2, and so on; the oldest is deleted. A
// name that is a link (/dev/stdout), a FIFO or a device is never renamed: such a log is not
// rotated.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

struct LogFileLimits {
  std::size_t bytes_max = 0;  // rotated when a line would make it larger; 0: never rotated
  int files_max = 0;          // rotated files kept beside the current one
};

// Not thread-safe; one for each process and file.
class LogFile {
 public:
  // Opens the file, or creates it (mode 0640 less the umask); the folder must exist. Root opens a
  // file in a place of another user with that user's rights (base/as_owner.h), so that the file
  // belongs to that user. Errors: as system_error() in base/file.h, for a FIFO without a reader,
  // too.
  static Result<LogFile> open(std::string path, LogFileLimits limits);

  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&& other) noexcept;
  ~LogFile();

  // Appends one line, which must end in a newline. Errors: as open(), for example for a full disk.
  // A line that was written in part is ended before the next one.
  Result<void> append(std::string_view line);

  // Opens the path again. Errors: as open(); the file that was open stays in use.
  Result<void> reopen();

  const std::string& path() const { return path_; }

 private:
  LogFile(std::string path, LogFileLimits limits, int file);
  bool is_under_its_name() const;
  bool is_full(std::size_t more) const;
  bool may_be_renamed() const;
  void rotate(std::size_t more);
  void shift_names() const;

  std::string path_;
  LogFileLimits limits_;
  int file_;           // a descriptor; -1 when moved from
  bool torn_ = false;  // the last line was written in part
};

}  // namespace mega
