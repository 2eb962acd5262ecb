// Names to addresses by c-ares: first /etc/hosts, then the servers of /etc/resolv.conf.
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
  unsigned scope = 0;  // number of the interface for link-local ones, else 0
};

struct DnsAnswer {
  int error = 0;  // 0, or why there is nothing: a value of getaddrinfo(3) such as EAI_NONAME
  std::vector<IpAddress> addresses;  // best first (RFC 6724)
};

struct DnsOptions {
  std::string servers;    // "127.0.0.1:5353,..." instead of /etc/hosts and /etc/resolv.conf
  int timeout_ms = 2000;  // for one question to one server; c-ares lengthens it with each round
  int rounds = 2;         // how often the list of servers is gone through
};

// Blocks until there is an answer. family: AF_INET, AF_INET6 or AF_UNSPEC. Any thread.
// Errors: EAI_NONAME no such name, or no address of that family; EAI_AGAIN no server answered
// properly; EAI_MEMORY; EAI_FAIL else.
DnsAnswer ask_dns(const std::string& name, int family, const DnsOptions& options = {});

}  // namespace mega
