// LockFile: a file that one process holds, with its pid in it.
#pragma once

#include "base/descriptor.h"
#include "base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>

namespace mega {

// An flock: it ends with the process however that ends, so a file left behind locks nothing.
class LockFile {
 public:
  // Errors: refused when a process holds it (its pid is named), and when something else than a pid
  // stands in it; not_found, not_allowed or failed when it cannot be written, or is a link.
  static Result<LockFile> acquire(const std::string& path);

  // The process that holds it; nullopt: none does. Errors: as acquire.
  static Result<std::optional<pid_t>> holder(const std::string& path);

 private:
  explicit LockFile(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace mega
