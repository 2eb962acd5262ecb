// Draft: a file that is being written and has no name until it is whole. A process that is killed
// meanwhile leaves nothing behind.
//
// A file system that has no unnamed files (some network ones) gets FILE.part-XXXXXX instead, which
// a kill leaves lying and nothing reads.
#pragma once

#include "base/result.h"

#include <cstdio>
#include <string>

namespace mega {

class Draft {
 public:
  // Errors: as the system says, about `file`.
  static Result<Draft> create(const std::string& file);
  ~Draft();
  Draft(Draft&& other) noexcept;
  Draft& operator=(Draft&&) = delete;

  Result<void> write_line(std::string line);

  // Whole, on disk and under its name, mode 0600. A file of that name must hold the same; it is
  // then one that an earlier attempt came to. Errors: already_exists for one that holds something
  // else; those of the disk.
  Result<void> put_in_place();

 private:
  Draft(std::string file, std::string name, std::FILE* stream);

  Result<void> give_name();
  bool holds_the_same() const;

  std::string file_;
  std::string name_;  // empty: it has none
  std::FILE* stream_;
};

}  // namespace mega
