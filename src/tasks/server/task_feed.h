// TaskFeed: what the hosts of one task print while it runs, for those who look on. Bounded: who
// looks away for long misses some of it, and finds the whole in the outcomes.
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
  // Something changed that is no output.
  void step() { ++version_; }
  void add(TaskOutput output);
  // Some of the output was not even added.
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
  std::int64_t skipped_ = 0;  // the newest version whose output is not here any more
};

}  // namespace mega
