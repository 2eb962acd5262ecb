// What is left to print when a task has ended.
#pragma once

#include "cmd/render.h"
#include "cmd/tasks/task_follow.h"

#include <cstdint>

namespace mega {

// Whether the output of the task needs no names of hosts.
bool runs_on_one_host(Asker& asker, std::int64_t task);

// For people, and how it ended as an error.
Result<void> print_ends(std::int64_t task, const Followed& followed, LiveOutput live);

// The rows in that form, without the output in a table, and how it ended as an error.
Result<void> print_rows(std::int64_t task, const Followed& followed, Format format);

}  // namespace mega
