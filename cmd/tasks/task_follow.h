// Waiting for a task, with something to see meanwhile: what `mega run` and `mega task show
// --follow` do.
#pragma once

#include "base/result.h"
#include "cmd/tasks/task_report.h"
#include "net/client.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

enum class LiveOutput {
  none,    // a line of progress, on a terminal
  whole,   // as it comes, standard output and standard error apart: for one host
  marked,  // each line behind the name of its host
};

// What is left to be printed at the end.
struct Followed {
  std::vector<TargetEnd> ends;
  Value targets;                                 // the answer of get_task_targets
  std::size_t printed_out = 0, printed_err = 0;  // bytes, with LiveOutput::whole
  bool gaps = false;                             // some live output was skipped
};

// Until the task has ended. Ctrl-C asks whether to cancel it, where somebody can be asked.
// Errors: timed_out, naming the task, when it goes on without us; those of the server.
Result<Followed> follow_task(Asker& asker, std::int64_t task, LiveOutput live);

}  // namespace mega
