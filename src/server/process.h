// What a server asks of the system for its own process.
#pragma once

#include <cstdint>

namespace mega {

// Memory that answers needed goes back to the system when they are gone. Before the first thread.
void keep_memory_small();

// Raises the limit of open files as far as the system lets it, and warns when it is too low for so
// many connections.
void raise_descriptor_limit(int connections);

// Of this process; 0 when the system does not tell.
std::int64_t resident_bytes();

}  // namespace mega
