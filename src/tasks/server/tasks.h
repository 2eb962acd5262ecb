// Tasks: the interface of the task engine for functions. The store holds the tasks; TaskEngine
// implements this interface.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace mega {

// A piece of output of one host.
struct TaskOutput {
  std::string host;
  bool is_error = false;  // from standard error
  std::string text;
};

// News of one task.
struct TaskNews {
  std::int64_t next = 0;  // `since` of the next watch
  std::vector<TaskOutput> output;
  bool skipped = false;  // output was dropped, because it came faster than it was read
};

// As `since`: only the end of the task is news.
inline constexpr std::int64_t until_its_end = std::numeric_limits<std::int64_t>::max();

struct TaskWatch {
  std::int64_t task = 0;
  std::int64_t since = 0;  // 0: all that is kept; or until_its_end
  std::chrono::milliseconds limit{0};
  // Called once: when there is news, the task has ended or is unknown, the limit is over, or the
  // server stops. Called on the engine's thread: must not block.
  std::function<void(TaskNews)> hear;
};

class Tasks {
 public:
  virtual ~Tasks() = default;

  // A task was added to the store or cancelled there. Any thread.
  virtual void look() = 0;
  // Any thread.
  virtual void watch(TaskWatch watch) = 0;
};

}  // namespace mega
