// Operating-system settings of the server's or the daemon's own process.
#pragma once

#include <cstdint>

namespace mega {

// Makes malloc() return the memory of large replies to the system. Call before the first thread
// starts.
void keep_memory_small();

// Drops the pages of the program's code from memory; code that runs again is loaded, page by page,
// from the file or the page cache. Worth a call once a long-lived process has started: most
// start-up code never runs again. Breakpoints that a debugger has set are lost.
void forget_code_that_ran();

// Has the kernel write no core dump of this process and its children: their memory holds keys and
// inputs of scripts.
void leave_no_core();

// Raises the limit of open files as far as the system allows. Returns how many connections fit in
// it.
int raise_descriptor_limit();

// Resident memory of this process; 0 when unknown.
std::int64_t resident_bytes();

}  // namespace mega
