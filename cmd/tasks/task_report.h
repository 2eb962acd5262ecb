// The results of a task on its hosts as text: equal outputs folded, and sums.
//
//   db[01-17,20] (18 hosts): ok
//   /dev/sda1  40% /
//
//   db18: failed, exit code 3
//   df: /data: No such device
//
// Pure functions of rows.
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

// A result that a host reported after the server had given it up.
struct LateEnd {
  TaskState state = TaskState::lost;
  std::string reason;
  std::string output, errors;
  bool output_cut = false, errors_cut = false;
  std::string reported;  // the time of the report

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

// Reads the answer of get_task_targets. Errors: corrupt.
Result<std::vector<TargetEnd>> target_ends(const Value& answer);

// Groups hosts with the same end and the same output, failures last.
std::string folded(std::span<const TargetEnd> ends, const TextStyle& style);

// "20 hosts: 18 ok, 1 failed, 1 unreachable": the numbers add up to the number of hosts.
std::string sums(std::span<const TargetEnd> ends);

// The same from a row of get_task, while the task runs. `left`: the unfinished hosts with their
// states, if the server lists them.
std::string progress(const Map& task, const List& left = {});

// Success when all are ok; partly_unavailable when all others were unreachable; else partly_failed.
Result<void> verdict(std::int64_t task, std::span<const TargetEnd> ends);

}  // namespace mega
