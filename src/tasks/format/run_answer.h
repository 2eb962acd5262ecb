// Answers of daemons about orders, as the task engine reads them.
//
// While an order waits or has just started, its daemon sends its standing as a part of the answer
// to "run":
//
//   ["waiting", {"limit_ms": 70000, "grace_ms": 10000}]    in the host's queue
//   ["started", {"limit_ms": 70000, "grace_ms": 10000}]    running; limit_ms is what is left
//
// From these the server derives how long to wait for the outcome.
#pragma once

#include "tasks/format/order.h"
#include "value/value.h"

#include <cstdint>
#include <optional>

namespace mega {

struct TaskStanding {
  TaskState state = TaskState::running;  // or waiting
  // Time until the script and its output are over, including grace_ms.
  std::int64_t limit_ms = 0;  // 0: unknown
  std::int64_t grace_ms = 0;  // from SIGTERM to SIGKILL, part of limit_ms

  friend bool operator==(const TaskStanding&, const TaskStanding&) = default;
};

Value to_value(const TaskStanding& standing);

// nullopt: the item is not a standing, or its numbers are out of range.
std::optional<TaskStanding> standing_from(const Value& item);

// The outcome in the answer to "run", [.., ["end", outcome]], or to "outcome", which is the map.
// nullptr: the answer has none.
const Map* outcome_in(const Value& answer);

// Whether the outcome's state is not final: the order still waits or runs.
bool goes_on(const Map& outcome);

}  // namespace mega
