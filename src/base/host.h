// This machine: its name and the address that others know it by. Asks the kernel only, neither DNS
// nor the modules of the C library.
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace mega {

// As `hostname` prints it. Errors: failed.
Result<std::string> host_name();

// The address that this machine would call the rest of the world from: the one of its default
// route, IPv4 rather than IPv6; without a default route the first one of an interface that is up
// and no loopback. No packet is sent. Errors: not_found when loopback is all there is.
Result<std::string> host_address();

// All addresses of interfaces that are up, each once, without those that only this machine or this
// link knows: the one of host_address() first.
std::vector<std::string> host_addresses();

}  // namespace mega
