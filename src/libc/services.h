// The few services that mega and its libraries look up by name: a static binary needs neither
// /etc/services nor the name service modules that may replace it.
#pragma once

#include <cstdint>
#include <string_view>

namespace mega {

struct NetService {
  const char* name;      // "mysql"
  std::uint16_t port;    // in host order
  const char* protocol;  // "tcp" or "udp"
};

// nullptr: not in the table. An empty protocol means any.
const NetService* service_named(std::string_view name, std::string_view protocol = {});
const NetService* service_on(std::uint16_t port, std::string_view protocol = {});

// The port for the service argument of getaddrinfo(3): a decimal number, a name of the table, or 0
// for nullptr and "". Negative: neither.
int port_of(const char* service);

}  // namespace mega
