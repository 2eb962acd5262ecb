// Reads and drops what the processes that a script has left running still write.
#pragma once

#include <array>

#include "base/descriptor.h"

namespace mega {

// Starts a process "mega-output" that reads the pipes until their last writer has ended. It belongs
// to init and outlives the daemon, whose end must not end those writers (SIGPIPE, EPIPE).
// Descriptors may be empty. Errors are ignored: without memory or processes for it, the pipes are
// closed.
void drain_in_background(std::array<Descriptor, 2> pipes);

}  // namespace mega
