// Resolves names with c-ares: first by /etc/hosts, then by the servers of /etc/resolv.conf.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

namespace mega {

struct IpAddress {
  int family = AF_UNSPEC;  // AF_INET: v4 holds it; AF_INET6: v6 and scope do
  in_addr v4{};            // in network order
  in6_addr v6{};
  unsigned scope = 0;  // interface number of a link-local address, else 0
};

struct DnsAnswer {
  int error = 0;                     // 0, or an error of getaddrinfo(3) such as EAI_NONAME
  std::vector<IpAddress> addresses;  // best first (RFC 6724)
};

struct DnsOptions {
  std::string servers;    // "127.0.0.1:5353,..." instead of /etc/hosts and /etc/resolv.conf
  int timeout_ms = 2000;  // per query and server; c-ares lengthens it with each round
  int rounds = 2;         // passes over the list of servers
};

// Blocks until there is an answer. family: AF_INET, AF_INET6 or AF_UNSPEC. Thread-safe. Errors:
// EAI_NONAME for no such name, or no address of that family; EAI_AGAIN when no server answered
// properly; EAI_MEMORY; else EAI_FAIL.
DnsAnswer ask_dns(const std::string& name, int family, const DnsOptions& options = {});

}  // namespace mega
