// What came of a task on its hosts, as text for people: equal outputs together, and sums.
//
//   db[01-17,20] (18 hosts): ok
//   /dev/sda1  40% /
//
//   db18: failed, exit code 3
//   df: /data: No such device
//
// Pure: rows in, text out.
#pragma once

#include "base/result.h"
#include "cmd/output.h"
#include "tasks/format/order.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mega {

// What a host that was given up told afterwards.
struct LateEnd {
  TaskState state = TaskState::lost;
  std::string reason;
  std::string output, errors;
  bool output_cut = false, errors_cut = false;
  std::string reported;  // when

  auto operator<=>(const LateEnd&) const = default;
};

struct TargetEnd {
  std::string host;
  TaskState state = TaskState::waiting;
  std::string reason;
  std::optional<std::int64_t> exit_code;
  std::string output, errors;
  bool output_cut = false, errors_cut = false;
  std::optional<LateEnd> later{};
};

// From the answer of get_task_targets. Errors: corrupt.
Result<std::vector<TargetEnd>> target_ends(const Value& answer);

// Hosts with the same end and the same output together, failures last.
std::string folded(std::span<const TargetEnd> ends, const TextStyle& style);

// "20 hosts: 18 ok, 1 failed, 1 unreachable": the numbers add up to that of the hosts.
std::string sums(std::span<const TargetEnd> ends);

// The same from a row of get_task, while it goes on. `left`: who is waited for, when the server
// tells; each host and its state.
std::string progress(const Map& task, const List& left = {});

// Done when all are ok; else partly_failed, or partly_unavailable when nothing worse happened than
// that hosts were not reached.
Result<void> verdict(std::int64_t task, std::span<const TargetEnd> ends);

}  // namespace mega
