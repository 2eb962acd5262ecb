// LockFile: a file that one process locks, with the pid of that process in it.
#pragma once

#include "base/descriptor.h"
#include "base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>

namespace mega {

// An flock: the kernel releases it when the process ends for any reason, so a leftover file locks
// nothing.
class LockFile {
 public:
  // The file has mode 0600, because any user that can read a file can lock it. Errors: refused when
  // a process holds the lock (the message has its pid), and when the file contains anything else
  // than a pid, or is no regular file; not_found, not_allowed or failed when it cannot be written
  // or is a link.
  static Result<LockFile> acquire(const std::string& path);

  // The pid of the process that holds the lock; nullopt: not locked. Errors: as acquire(); refused
  // for a file of another user than root and the caller, which may hold the pid of any process.
  static Result<std::optional<pid_t>> holder(const std::string& path);

  // Removes the file, if it has the name `path` still. Its lock stays until the destructor.
  void remove(const std::string& path) const;

 private:
  explicit LockFile(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace mega
