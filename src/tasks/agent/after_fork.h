// What a fork of the daemon that does not exec does first. Safe in the child of a process with
// threads: nothing here allocates.
#pragma once

#include <sys/types.h>

namespace mega {

// As fork(), with all signals blocked in the child until it has called forget_handlers().
pid_t fork_without_signals();

// The daemon's signal handlers must not run in the child, on a copy of the daemon's state.
void forget_handlers();

// Closes the descriptors from `first` on.
void close_from(unsigned first);

}  // namespace mega
