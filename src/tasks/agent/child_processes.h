// The children of this process, by /proc. Safe behind a fork of a process with threads: nothing is
// allocated. (Processes that /proc hides from this user, by hidepid, are those of other users.)
#pragma once

#include <sys/types.h>

#include <utility>

namespace mega {

// Calls `found(context, pid)` for each. A child that becomes ours meanwhile may be missing.
void for_each_child_process(void (*found)(void* context, pid_t child), void* context);

template <class Found>
void for_each_child(Found found) {
  for_each_child_process([](void* context, pid_t child) { (*static_cast<Found*>(context))(child); },
                         &found);
}

}  // namespace mega
