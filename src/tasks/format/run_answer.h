// What daemons answer about orders, as what drives tasks reads it.
//
// Where an order stands that a host has taken, as its daemon says with a part of the answer to
// "run":
//
//   ["waiting", {"limit_ms": 70000, "grace_ms": 10000}]    until there is room for it
//   ["started", {"limit_ms": 70000, "grace_ms": 10000}]    just now, or a while ago: what is left
//
// So the server knows from when on it waits in vain.
#pragma once

#include "tasks/format/order.h"
#include "value/value.h"

#include <cstdint>
#include <optional>

namespace mega {

struct TaskStanding {
  TaskState state = TaskState::running;  // or waiting
  // How long its script may run, until all of it is over: with what it gets from SIGTERM to
  // SIGKILL.
  std::int64_t limit_ms = 0;  // 0: it is not known
  std::int64_t grace_ms = 0;  // of these: when it is told to end

  friend bool operator==(const TaskStanding&, const TaskStanding&) = default;
};

Value to_value(const TaskStanding& standing);

// nullopt: the item of a part is something else, or makes no sense.
std::optional<TaskStanding> standing_from(const Value& item);

// The outcome in the answer to run, [.., ["end", outcome]], or to outcome, which is the map.
// nullptr: there is none.
const Map* outcome_in(const Value& answer);

// Whether the outcome says that it is not one yet.
bool goes_on(const Map& outcome);

}  // namespace mega
