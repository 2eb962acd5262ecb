// This machine's name and the addresses by which other machines reach it. Asks only the kernel, not
// DNS or the name service modules of the C library.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// As `hostname` prints it. Errors: failed.
Result<std::string> host_name();

// The address from which this machine connects to others: the one of its default route, IPv4 before
// IPv6; without a default route the first address of an interface that is up and not loopback.
// Sends no packet. Errors: not_found when there are only loopback and link-local addresses.
Result<std::string> host_address();

// All addresses of interfaces that are up, without duplicates, loopback and link-local ones;
// host_address() comes first.
std::vector<std::string> host_addresses();

// Whether connections to that canonical address reach this machine: loopback, the unspecified
// address, and those of host_addresses().
bool is_this_host(std::string_view address);

}  // namespace mega
