// Which process is meant, also when its number is used again: see ProcessMark.
#pragma once

#include <sys/types.h>

#include "tasks/format/journal_text.h"

namespace mega {

// pid 0 when there is no such process.
ProcessMark mark_process(pid_t pid);

// Kills the group of that process with SIGKILL, if it is still the one that was marked. Whether it
// was.
bool kill_group_if_same(const ProcessMark& mark);

}  // namespace mega
