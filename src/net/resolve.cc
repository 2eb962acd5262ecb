#include "net/resolve.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace mega {

Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port) {
  if (const auto address = SocketAddress::ip(host, port)) return std::vector{*address};
  if (host == "localhost") {
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
    sockaddr_storage storage{};
    std::memcpy(&storage, each->ai_addr, std::min<std::size_t>(each->ai_addrlen, sizeof storage));
    if (const auto address = SocketAddress::ip(SocketAddress(storage).host(), port)) {
      addresses.push_back(*address);
    }
  }
  if (addresses.empty()) return fail(Errc::unavailable, "the host {} has no address", host);
  return addresses;
}

}  // namespace mega
