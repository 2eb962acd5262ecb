// TaskFeed: the output of a running task's hosts, for watchers. Bounded to feed_bytes_max bytes: a
// slow watcher misses some output, but the outcomes hold the whole.
#pragma once

#include "tasks/server/tasks.h"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace mega {

inline constexpr std::size_t feed_bytes_max = 256 << 10;

// Not thread-safe.
class TaskFeed {
 public:
  // Something other than output changed.
  void step() { ++version_; }
  void add(TaskOutput output);
  // Some output was dropped before it reached add().
  void skip();

  bool has_news(std::int64_t since) const { return version_ > since; }
  TaskNews news(std::int64_t since) const;

 private:
  struct Piece {
    std::int64_t version;
    TaskOutput output;
  };

  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
  std::int64_t version_ = 0;
  std::int64_t skipped_ = 0;  // newest version whose output was dropped
};

}  // namespace mega
