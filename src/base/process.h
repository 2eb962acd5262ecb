// What a server or a daemon asks of the system for its own process.
#pragma once

#include <cstdint>

namespace mega {

// Memory that answers needed goes back to the system when they are gone. Before the first thread.
void keep_memory_small();

// Raises the limit of open files as far as the system lets it; how many connections that allows.
int raise_descriptor_limit();

// Of this process; 0 when the system does not tell.
std::int64_t resident_bytes();

}  // namespace mega
