// Spool: a queue of texts, in memory while they are few, else in an unnamed file, which the system
// deletes with the spool or the process.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

inline constexpr std::size_t spool_memory_bytes_max = 1 << 20;

// Not thread-safe, but not bound to one thread.
class Spool {
 public:
  // `folder`: where the file is created when it is needed.
  explicit Spool(std::string folder, std::size_t memory_bytes_max = spool_memory_bytes_max)
      : folder_(std::move(folder)), memory_bytes_max_(memory_bytes_max) {}
  ~Spool();
  Spool(const Spool&) = delete;

  // All calls of add() come before the first next(). Errors: failed (disk).
  Result<void> add(std::string text);

  // The texts in the order of add(); nullopt after the last. Errors: failed (disk).
  Result<std::optional<std::string>> next();

  bool empty() const { return in_memory_.empty() && in_file_.empty(); }

 private:
  Result<void> write(std::string_view text);

  const std::string folder_;
  const std::size_t memory_bytes_max_;
  std::deque<std::string> in_memory_;  // the first texts
  std::size_t memory_bytes_ = 0;
  std::deque<std::size_t> in_file_;  // lengths of the texts in file_
  int file_ = -1;
  off_t read_ = 0, written_ = 0;  // positions in file_
};

// An unnamed file in the folder, open for reading and writing; the caller closes it. Errors:
// failed, not_allowed.
Result<int> open_nameless_file(const std::string& folder);

}  // namespace mega
