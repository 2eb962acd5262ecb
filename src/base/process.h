// What a server or a daemon asks of the system for its own process.
#pragma once

#include <cstdint>

namespace mega {

// Memory that answers needed goes back to the system when they are gone. Before the first thread.
void keep_memory_small();

// Takes the program's code out of our memory; what runs again comes back, page by page, from the
// file or the system's cache of it. Worth a call once a long-lived process has started, for most of
// what ran until then never does again. Breakpoints that a debugger has set are lost.
void forget_code_that_ran();

// Raises the limit of open files as far as the system lets it; how many connections that allows.
int raise_descriptor_limit();

// Of this process; 0 when the system does not tell.
std::int64_t resident_bytes();

}  // namespace mega
