// Names of hosts -> addresses to connect to.
#pragma once

#include "base/result.h"
#include "net/socket_address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

// The addresses of a host, which is an address or a name, in the order to try them; at least one.
// Blocks as long as the resolver does. Errors: unavailable for a name that does not resolve.
Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port);

}  // namespace mega
