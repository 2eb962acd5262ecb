// The pacing of a task: which of its hosts may start now, and when the task stops.
//
// A task limits how many hosts run at once, how many of one cluster run at once (1 by default),
// keeps to the hosts' maintenance windows if asked to, and stops after too many failures. Pure
// functions: the caller supplies the time and the presence of each host.
#pragma once

#include "base/result.h"
#include "tasks/format/order.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// "10" or "25%" of the hosts, rounded up; 0: all at once.
struct BatchSize {
  std::int64_t number = 0;
  bool percent = false;
  friend bool operator==(const BatchSize&, const BatchSize&) = default;
};
// Errors: invalid_argument.
Result<BatchSize> parse_batch_size(std::string_view text);  // "": all at once
std::string to_text(const BatchSize& size);

// Hours of the day, in minutes from midnight; `to` is exclusive.
struct Window {
  int from = 0, to = 0;  // to < from: past midnight
};
// "22:00-06:00,12:00-13:00". Errors: invalid_argument.
Result<std::vector<Window>> parse_windows(std::string_view text);
// True also when there are no windows.
bool is_open(std::span<const Window> windows, int minute_of_day);

struct Pacing {
  BatchSize batch;
  std::int64_t per_cluster = 1;   // 0: any number
  std::int64_t failures_max = 0;  // the task stops after so many; 0: never
};

// The state of one host of a task that next_turn() needs.
struct Participant {
  std::string_view cluster;  // empty: in none
  TaskState state = TaskState::waiting;
  bool present = false;  // its daemon is connected
  bool open = true;      // its maintenance window is open
};

struct Turn {
  std::vector<std::size_t> start;   // may start now
  std::vector<std::size_t> missed;  // could start if they were present
  bool stop = false;                // failures_max is reached: no more hosts start
};

// Indexes into `hosts`, ascending. Hosts that are not present take no place in the batch.
Turn next_turn(const Pacing& pacing, std::span<const Participant> hosts);

// Whether the host counts towards failures_max: any final state but ok and cancelled.
bool is_failure(TaskState state);

}  // namespace mega
