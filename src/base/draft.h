// Draft: a file that has no name until it is complete. A process that is killed meanwhile leaves
// nothing behind.
//
// On a file system without unnamed files (some network ones) the draft is FILE.part-XXXXXX; a kill
// leaves that file behind, and nothing reads it.
#pragma once

#include "base/result.h"

#include <cstdio>
#include <string>

namespace mega {

class Draft {
 public:
  // Errors: as system_error() in base/file.h, about `file`.
  static Result<Draft> create(const std::string& file);
  ~Draft();
  Draft(Draft&& other) noexcept;
  Draft& operator=(Draft&&) = delete;

  Result<void> write_line(std::string line);

  // Syncs the file to disk and puts it under its name, mode 0600. If a file of that name exists
  // already, it must have the same content (an earlier attempt wrote it). Errors: already_exists
  // when its content differs; those of the disk.
  Result<void> put_in_place();

 private:
  Draft(std::string file, std::string name, std::FILE* stream);

  Result<void> give_name();
  bool holds_the_same() const;

  std::string file_;
  std::string name_;  // empty: the file is unnamed
  std::FILE* stream_;
};

}  // namespace mega
