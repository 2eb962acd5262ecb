// The items of the answer to "run", as the daemon writes them and the task engine reads them:
//
//   ["waiting", {"limit_ms": 70000, "grace_ms": 10000}]    the order is in the host's queue
//   ["started", {"limit_ms": 70000, "grace_ms": 10000}]    it runs; limit_ms is what is left
//   ["out", "text"]  ["err", "text"]                       a piece of an output, text or bytes
//   ["end", outcome]                                       the last one; order.h
//
// From the first two the server derives how long to wait for the outcome.
#pragma once

#include "tasks/format/order.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

// A piece of what a script wrote.
struct RunOutput {
  bool is_error = false;  // to standard error
  std::string bytes;

  friend bool operator==(const RunOutput&, const RunOutput&) = default;
};

Value output_item(bool is_error, std::string_view bytes);
// nullopt: the item is no output.
std::optional<RunOutput> output_from(const Value& item);

Value end_item(const TaskOutcome& outcome);

// The outcome in the answer to "run", [.., ["end", outcome]], or to "outcome", which is the map.
// nullptr: the answer has none.
const Map* outcome_in(const Value& answer);

// Whether the outcome's state is not final: the order still waits or runs.
bool goes_on(const Map& outcome);

}  // namespace mega
