// SocketAddress: an address for bind() and connect(), converted from and to text; and the
// resolution of host names.
#pragma once

#include "base/result.h"

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class SocketAddress {
 public:
  explicit SocketAddress(const sockaddr_storage& storage);

  // nullopt: `host` is not an IPv4 or IPv6 address (names are not resolved). An IPv6 address may
  // name its interface, "fe80::1%eth0" or "fe80::1%2"; nullopt when this host has none of that name.
  static std::optional<SocketAddress> ip(std::string_view host, std::uint16_t port);
  // nullopt: the path is empty or too long for a socket.
  static std::optional<SocketAddress> unix_path(std::string_view path);
  // The address a socket is bound to; nullopt with errno set.
  static std::optional<SocketAddress> of(int fd);

  int family() const { return storage_.ss_family; }
  std::string host() const;    // canonical text; IPv4-mapped IPv6 becomes IPv4
  std::uint16_t port() const;  // 0 for unix sockets

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }

  template <class T>
  const T& as() const {
    return reinterpret_cast<const T&>(storage_);
  }

 private:
  SocketAddress() = default;

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// Sets options for a long-lived TCP connection: small messages leave at once, and a vanished peer
// is noticed within two minutes, with or without data in flight.
void prepare_to_stay(int fd);

// "127.0.0.1:1104", "[::1]:1104".
std::string host_and_port(std::string_view host, std::uint16_t port);

// The addresses that one peer can have at will count as one: "loopback" for 127.0.0.0/8 and ::1,
// "2001:db8:0:1::/64" for IPv6, else the address itself. `address`: canonical text.
std::string address_group(const std::string& address);

// The addresses of a host (an address or a name) in the order to try them; at least one. Blocks as
// long as the resolver does. Errors: unavailable for a name that does not resolve.
Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port);

}  // namespace mega
