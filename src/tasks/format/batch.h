// How a task goes through its hosts: which of them may start now, and when it stops.
//
// At most so many at once, at most one at once in a cluster unless told otherwise, in the hosts'
// maintenance windows when asked to, and not on after too many failures. Pure: who calls knows the
// time and who is there.
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

// Hours of the day, as minutes from midnight; the end does not belong to it.
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
  std::int64_t failures_max = 0;  // so many end the task; 0: none does
};

// One host of a task, as far as its turn is concerned.
struct Participant {
  std::string_view cluster;  // empty: in none
  TaskState state = TaskState::waiting;
  bool present = false;  // its daemon is
  bool open = true;      // its maintenance window is
};

struct Turn {
  std::vector<std::size_t> start;   // may start now
  std::vector<std::size_t> missed;  // could, if they were present
  bool stop = false;                // failures_max is reached: none starts any more
};

// Places of hosts, in their order. Those that are not present take no place in the batch.
Turn next_turn(const Pacing& pacing, std::span<const Participant> hosts);

// Whether the host counts towards failures_max: all ends but ok and cancelled.
bool is_failure(TaskState state);

}  // namespace mega
