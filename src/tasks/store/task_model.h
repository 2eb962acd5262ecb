// Tasks as the store takes them in and gives them out: an order, the hosts that it is for, and how
// it goes through them.
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
  bool in_windows = false;     // only in each host's maintenance window
  Time expires;                // nothing starts afterwards; 0: never
  std::int64_t reference = 0;  // the caller's own number for it (remote_cmd)
  std::int64_t again_of = 0;   // the task that it repeats
};

// What the daemon of a host has said of an order that it has taken.
struct TargetLimit {
  std::int64_t ms = 0;  // how long its script may run until all is over; 0: it does not say
  Time over_by;         // when it must be over; 0: it has not started
};

// One host of a task that has not ended.
struct TaskTarget {
  TaskHost host;
  TaskState state = TaskState::waiting;
  std::int64_t attempt = 0;  // of the order that was sent, or is to be sent first
  Time started;              // 0: it was not sent yet
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
  TaskState state = TaskState::running;  // running, or how it ended
  std::int64_t attempt = 0;
  TaskOutcome outcome{};  // of an end
  // Of one that is running already: nothing else changes.
  std::optional<TargetLimit> limit{};
  bool given_up = false;  // of an end as lost: its daemon may tell later what came of it
};

// A target that was given up, and whose daemon has not told yet what came of it.
struct LateTarget {
  std::int64_t task = 0;
  std::size_t position = 0;
  std::string agent;
  std::string order;  // its id
  Time until;         // its host does not know any more afterwards
};

// A host that a task waits for.
struct TaskWaitedFor {
  std::string host;
  TaskState state = TaskState::waiting;  // or running
};

// For how long the host of one that is given up now may know more.
Time late_until(Time now);

// What came of it after all.
struct LateOutcome {
  std::int64_t task = 0;
  std::size_t position = 0;
  std::optional<TaskOutcome> outcome{};  // nullopt: unknown for good
};

// Under which the journal of a host keeps an order. The number of a task alone may come again, in a
// store that was restored or made anew.
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
