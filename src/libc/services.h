// The few services that mega and its libraries ask for by name: a static binary has no use for
// /etc/services and the modules that may stand in its place.
#pragma once

#include <cstdint>
#include <string_view>

namespace mega {

struct NetService {
  const char* name;      // "mysql"
  std::uint16_t port;    // in host order
  const char* protocol;  // "tcp" or "udp"
};

// nullptr: not one of the few. An empty protocol means any.
const NetService* service_named(std::string_view name, std::string_view protocol = {});
const NetService* service_on(std::uint16_t port, std::string_view protocol = {});

// The port that the service argument of getaddrinfo(3) means: a decimal number, a name of the
// table, or 0 for nullptr and "". Negative: neither.
int port_of(const char* service);

}  // namespace mega
