// Spool: texts that wait to be taken, in memory while they are few, else in a file without a name,
// which goes when the spool goes, whatever ends the process.
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

// Not thread-safe, but not bound to a thread either.
class Spool {
 public:
  // `folder`: where the file is made when there is need of one.
  explicit Spool(std::string folder, std::size_t memory_bytes_max = spool_memory_bytes_max)
      : folder_(std::move(folder)), memory_bytes_max_(memory_bytes_max) {}
  ~Spool();
  Spool(const Spool&) = delete;

  // All of add() comes before the first next(). Errors: failed (disk).
  Result<void> add(std::string text);

  // The texts in the order in which they came; nullopt behind the last. Errors: failed (disk).
  Result<std::optional<std::string>> next();

  bool empty() const { return in_memory_.empty() && in_file_.empty(); }

 private:
  Result<void> write(std::string_view text);

  const std::string folder_;
  const std::size_t memory_bytes_max_;
  std::deque<std::string> in_memory_;  // the first ones
  std::size_t memory_bytes_ = 0;
  std::deque<std::size_t> in_file_;  // their lengths
  int file_ = -1;
  off_t read_ = 0, written_ = 0;  // of file_
};

// A file without a name in the folder, open for reading and writing. Errors: failed, not_allowed.
Result<int> open_nameless_file(const std::string& folder);

}  // namespace mega
