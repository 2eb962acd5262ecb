// Identifies a process even after its pid is used again: ProcessMark (tasks/format/journal_text.h).
#pragma once

#include <sys/types.h>

#include "tasks/format/journal_text.h"

namespace mega {

// The mark has pid 0 if there is no such process.
ProcessMark mark_process(pid_t pid);

// Sends SIGKILL to the process group if `mark` still identifies its leader. Returns whether the
// group was killed.
bool kill_group_if_same(const ProcessMark& mark);

}  // namespace mega
