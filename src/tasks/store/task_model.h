// The task types of TaskStore: an order, its hosts, its pacing and its progress.
#pragma once

#include "base/clock.h"
#include "hosts/store/directory.h"
#include "tasks/format/batch.h"
#include "tasks/format/order.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

struct NewTask {
  TaskOrder order;  // without an id
  std::vector<TaskHost> hosts;
  Pacing pacing;
  bool in_windows = false;     // start only in each host's maintenance window
  Time expires;                // no start afterwards; 0: never
  std::int64_t reference = 0;  // the caller's own number for the task (remote_cmd)
  std::int64_t again_of = 0;   // the task that this one repeats
};

// The time limit that a daemon reported for an order it has accepted.
struct TargetLimit {
  std::int64_t ms = 0;  // until the script is over, with the grace time; 0: not reported
  Time over_by;         // when the script must be over; 0: not started
};

// One host of a task that has not ended.
struct TaskTarget {
  TaskHost host;
  TaskState state = TaskState::waiting;
  std::int64_t attempt = 0;  // of the order that was sent, or is to be sent first
  Time started;              // 0: not sent yet
  std::optional<TargetLimit> limit{};
};

struct ActiveTask {
  std::int64_t id = 0;
  TaskOrder order;
  Pacing pacing;
  bool in_windows = false;
  Time created, expires;
  bool cancelled = false;
  std::vector<TaskTarget> targets;  // by position
};

// One step of one target.
struct TargetChange {
  std::int64_t task = 0;
  std::size_t position = 0;
  TaskState state = TaskState::running;  // running or a final state
  std::int64_t attempt = 0;
  TaskOutcome outcome{};  // of a final state
  // Of a running target: only the limit changes.
  std::optional<TargetLimit> limit{};
  bool given_up = false;  // of the state lost: its daemon may report an outcome later
};

// A target that was given up and whose daemon has not reported an outcome since.
struct LateTarget {
  std::int64_t task = 0;
  std::size_t position = 0;
  std::string agent;
  std::string order;  // the order's id
  Time until;         // its host has forgotten the outcome afterwards
};

// A host that a task waits for.
struct TaskWaitedFor {
  std::string host;
  TaskState state = TaskState::waiting;  // or running
};

// Until when the host of a target that is given up now keeps its outcome.
Time late_until(Time now);

// The outcome of a target that was given up.
struct LateOutcome {
  std::int64_t task = 0;
  std::size_t position = 0;
  std::optional<TaskOutcome> outcome{};  // nullopt: it will never be known
};

// The id of an order, the key of the host's journal. It includes `created` because a restored or
// new store may use a task number again.
std::string order_id(std::int64_t task, Time created, std::size_t position, std::int64_t attempt);

// A row of task_log.
struct TaskLogEntry {
  std::int64_t task = 0;
  std::optional<Time> start_time, end_time;
  std::int64_t stat = 0;  // the exit code, or -1
  std::int64_t redo = 0;
  std::string comment;
};

enum class TaskEnd { done, stopped, cancelled };

// A task whose targets have all ended.
struct TaskEnding {
  std::int64_t task = 0;
  TaskEnd how = TaskEnd::done;
};

}  // namespace mega
