// Tasks under way, as functions see them: the store holds them, server/ drives them.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace mega {

// Output of one host, as it comes.
struct TaskOutput {
  std::string host;
  bool is_error = false;  // of standard error
  std::string text;
};

// What is new about one task.
struct TaskNews {
  std::int64_t next = 0;  // since when to ask next
  std::vector<TaskOutput> output;
  bool skipped = false;  // output was dropped, because it came faster than it was asked for
};

// What is newer than nothing but the end of the task.
inline constexpr std::int64_t until_its_end = std::numeric_limits<std::int64_t>::max();

struct TaskWatch {
  std::int64_t task = 0;
  std::int64_t since = 0;  // 0: from the beginning, as far as it is kept; until_its_end
  std::chrono::milliseconds limit{0};
  // Called once: when there is news, when the task has ended or is none, when the limit is over, or
  // the server stops. On a thread that must not be held up.
  std::function<void(TaskNews)> hear;
};

class Tasks {
 public:
  virtual ~Tasks() = default;

  // Something in the store is new: a task was added, or is wanted no more. Any thread.
  virtual void look() = 0;
  // Any thread.
  virtual void watch(TaskWatch watch) = 0;
};

}  // namespace mega
