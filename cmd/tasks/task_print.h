// Prints the end of a task.
#pragma once

#include "cmd/render.h"
#include "cmd/tasks/task_follow.h"

#include <cstdint>

namespace mega {

// True if the task has one host, so that its output needs no host names.
bool runs_on_one_host(Asker& asker, std::int64_t task);

// Prints the results as text. Errors: verdict() (task_report.h).
Result<void> print_ends(std::int64_t task, const Followed& followed, LiveOutput live);

// Prints the rows in that format, a table without the output. Errors: verdict().
Result<void> print_rows(std::int64_t task, const Followed& followed, Format format);

}  // namespace mega
