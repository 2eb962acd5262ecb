// The children of this process, for the supervisor of a script.
#pragma once

#include <sys/types.h>

namespace mega {

// Calls `found(context, pid)` for each child of this process, as /proc lists them. Allocates
// nothing: safe after a fork of a process with threads. Requires: a process with one thread. May
// miss a child that is reparented to this process during the call and, if the kernel has no lists
// of children (CONFIG_PROC_CHILDREN), processes that /proc hides (hidepid).
void for_each_child_process(void (*found)(void* context, pid_t child), void* context);

template <class Found>
void for_each_child(Found found) {
  for_each_child_process([](void* context, pid_t child) { (*static_cast<Found*>(context))(child); },
                         &found);
}

}  // namespace mega
