// getaddrinfo(3) and getnameinfo(3) without glibc's name service switch.
//
// glibc asks the modules that /etc/nsswitch.conf names, which are shared objects of the host:
// loaded into a static binary they bring a second C library with them. The functions here ask
// /etc/hosts and DNS, as "hosts: files dns" would. "localhost" and names under it are always this
// machine (RFC 6761), even if no file says so. Deliberately absent: V4MAPPED answers, canonical
// names that differ from the name asked for, AI_ADDRCONFIG (addresses that cannot be reached from
// here come last), names for addresses.
#pragma once

#include "libc/dns.h"

#include <netdb.h>
#include <sys/socket.h>

#include <optional>
#include <string_view>
#include <vector>

namespace mega {

// "localhost", "a.localhost", "LOCALHOST.".
bool is_localhost(std::string_view name);

// "10.0.0.7", "::1", "fe80::1%eth0" (also "%2"); nullopt for a name, and for an address whose
// interface does not exist.
std::optional<IpAddress> parse_address(std::string_view text);

// As getaddrinfo(3): 0 or an EAI_ code. The caller owns *list and frees it with free_addresses().
int find_addresses(const char* host, const char* service, const addrinfo* hints, addrinfo** list);
void free_addresses(addrinfo* list);

// As getnameinfo(3), always numeric; EAI_NONAME when NI_NAMEREQD is set.
int print_address(const sockaddr* address, socklen_t address_bytes, char* host,
                  socklen_t host_bytes, char* service, socklen_t service_bytes, int flags);

}  // namespace mega
