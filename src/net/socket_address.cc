#include "net/socket_address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>

namespace mega {

namespace {

// The number of an interface of this host, given by name or number; 0: this host has no such
// interface.
unsigned interface_number(const std::string& text) {
  if (const auto number = parse_integer(text)) {
    char name[IF_NAMESIZE];
    const bool fits = *number > 0 && *number <= std::numeric_limits<int>::max();
    return fits && ::if_indextoname(static_cast<unsigned>(*number), name)
               ? static_cast<unsigned>(*number)
               : 0;
  }
  return ::if_nametoindex(text.c_str());
}

// An address found by the resolver, with the port.
std::optional<SocketAddress> with_port(const addrinfo& found, std::uint16_t port) {
  sockaddr_storage storage{};
  std::memcpy(&storage, found.ai_addr, std::min<std::size_t>(found.ai_addrlen, sizeof storage));
  if (storage.ss_family == AF_INET) {
    reinterpret_cast<sockaddr_in&>(storage).sin_port = htons(port);
  } else if (storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(storage).sin6_port = htons(port);
  } else {
    return std::nullopt;
  }
  return SocketAddress(storage);
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr_storage& storage)
    : storage_(storage),
      size_(storage.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) {}

std::optional<SocketAddress> SocketAddress::ip(std::string_view host, std::uint16_t port) {
  const auto percent = host.find('%');
  const std::string text(host.substr(0, percent));
  SocketAddress address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage_);
  if (percent == host.npos && inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size_ = sizeof v4;
    return address;
  }
  address.storage_ = {};
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage_);
  if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (percent != host.npos) {
    v6.sin6_scope_id = interface_number(std::string(host.substr(percent + 1)));
    if (v6.sin6_scope_id == 0) return std::nullopt;
  }
  address.size_ = sizeof v6;
  return address;
}

std::optional<SocketAddress> SocketAddress::unix_path(std::string_view path) {
  SocketAddress address;
  auto& unix_address = reinterpret_cast<sockaddr_un&>(address.storage_);
  if (path.empty() || path.size() >= sizeof unix_address.sun_path) return std::nullopt;
  unix_address.sun_family = AF_UNIX;
  std::memcpy(unix_address.sun_path, path.data(), path.size());
  address.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

std::optional<SocketAddress> SocketAddress::of(int fd) {
  SocketAddress address;
  address.size_ = sizeof address.storage_;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage_), &address.size_) != 0) {
    return std::nullopt;
  }
  return address;
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &as<sockaddr_in>().sin_addr, text, sizeof text);
  } else if (family() == AF_INET6) {
    const in6_addr& v6 = as<sockaddr_in6>().sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    } else {
      inet_ntop(AF_INET6, &v6, text, sizeof text);
    }
  }
  return text;
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(as<sockaddr_in>().sin_port);
  if (family() == AF_INET6) return ntohs(as<sockaddr_in6>().sin6_port);
  return 0;
}

void prepare_to_stay(int fd) {
  const struct {
    int level, name, value;
  } options[] = {
      {IPPROTO_TCP, TCP_NODELAY, 1},
      {SOL_SOCKET, SO_KEEPALIVE, 1},
      {IPPROTO_TCP, TCP_KEEPIDLE, 60},             // seconds of silence before the first probe
      {IPPROTO_TCP, TCP_KEEPINTVL, 15},            // seconds between probes
      {IPPROTO_TCP, TCP_KEEPCNT, 4},               // probes without an answer
      {IPPROTO_TCP, TCP_USER_TIMEOUT, 120 * 1000}  // milliseconds for sent data to be acknowledged
  };
  for (const auto& option : options) {
    ::setsockopt(fd, option.level, option.name, &option.value, sizeof option.value);
  }
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  if (host.find(':') != std::string_view::npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

std::string address_group(const std::string& address) {
  if (address.starts_with("127.") || address == "::1") return "loopback";
  if (address.find(':') == std::string::npos) return address;
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), &bytes) != 1) {
    return address;
  }
  std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &bytes, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port) {
  if (const auto address = SocketAddress::ip(host, port)) return std::vector{*address};
  if (host == "localhost" || host == "localhost.") {
    return std::vector{*SocketAddress::ip("127.0.0.1", port), *SocketAddress::ip("::1", port)};
  }
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found); error != 0) {
    return fail(Errc::unavailable, "cannot find the host {}: {}", host, ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each; each = each->ai_next) {
    if (const auto address = with_port(*each, port)) addresses.push_back(*address);
  }
  if (addresses.empty()) return fail(Errc::unavailable, "the host {} has no address", host);
  return addresses;
}

}  // namespace mega
