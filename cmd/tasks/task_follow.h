// Waits for a task and shows its progress or output, for `mega run` and `mega task show --follow`.
#pragma once

#include "base/result.h"
#include "cmd/tasks/task_report.h"
#include "net/client.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

enum class LiveOutput {
  none,    // a progress line, on a terminal
  whole,   // as it arrives, standard output and standard error separate: for one host
  marked,  // each line with its host's name in front
};

// What remains to be printed at the end.
struct Followed {
  std::vector<TargetEnd> ends;
  Value targets;                                 // the answer of get_task_targets
  std::size_t printed_out = 0, printed_err = 0;  // bytes, with LiveOutput::whole
  bool gaps = false;                             // some output was not shown as it came
};

// Waits until the task has ended. Ctrl-C asks whether to cancel it, if there is a terminal. Errors:
// timed_out, naming the task, when the task goes on without the command; those of the server.
Result<Followed> follow_task(Asker& asker, std::int64_t task, LiveOutput live);

}  // namespace mega
