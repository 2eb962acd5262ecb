#include "base/host.h"

#include "base/file.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace mega {
namespace {

// The address as text; nullopt for other families and for unspecified, loopback and link-local
// addresses.
std::optional<std::string> text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    const std::uint32_t number = ntohl(v4.sin_addr.s_addr);
    if (number == INADDR_ANY || number >> 24 == 127 || number >> 16 == 0xa9fe) return std::nullopt;
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return text.data();
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr) || IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
        IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) {
      return std::nullopt;
    }
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return text.data();
  }
  return std::nullopt;
}

// The source address that the kernel chooses towards `far`, a documentation address that is not in
// use. Connecting a datagram socket looks up the route and sends nothing.
std::optional<std::string> source_towards(int family, const char* far) {
  sockaddr_storage address{};
  address.ss_family = static_cast<sa_family_t>(family);
  socklen_t length = sizeof(sockaddr_in);
  if (family == AF_INET) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_port = htons(1104);
    ::inet_pton(family, far, &v4.sin_addr);
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6.sin6_port = htons(1104);
    ::inet_pton(family, far, &v6.sin6_addr);
    length = sizeof v6;
  }
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const int socket = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return std::nullopt;
  const bool routed = ::connect(socket, generic, length) == 0;
  length = sizeof address;
  const bool known = routed && ::getsockname(socket, generic, &length) == 0;
  ::close(socket);
  return known ? text_of(*generic) : std::nullopt;
}

std::vector<std::string> addresses_of_interfaces(int family) {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  std::vector<std::string> found;
  for (const ifaddrs* one = all; one; one = one->ifa_next) {
    const bool usable = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable || !one->ifa_addr || one->ifa_addr->sa_family != family) continue;
    if (auto text = text_of(*one->ifa_addr)) found.push_back(*std::move(text));
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace

Result<std::string> host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) {
    return fail(Errc::failed, "cannot learn this machine's name: {}", describe_errno(errno));
  }
  return name.data();
}

Result<std::string> host_address() {
  if (auto found = source_towards(AF_INET, "192.0.2.1")) return *found;
  if (auto found = source_towards(AF_INET6, "2001:db8::1")) return *found;
  for (const int family : {AF_INET, AF_INET6}) {
    if (auto found = addresses_of_interfaces(family); !found.empty()) return found.front();
  }
  return fail(Errc::not_found, "this machine has no address but loopback");
}

std::vector<std::string> host_addresses() {
  std::vector<std::string> all;
  if (auto first = host_address()) all.push_back(*std::move(first));
  for (const int family : {AF_INET, AF_INET6}) {
    for (std::string& address : addresses_of_interfaces(family)) {
      if (std::ranges::find(all, address) == all.end()) all.push_back(std::move(address));
    }
  }
  return all;
}

bool is_this_host(std::string_view address) {
  if (address.starts_with("127.") || address.starts_with("0.") || address == "::1" ||
      address == "::") {
    return true;
  }
  const auto own = host_addresses();
  return std::ranges::find(own, address) != own.end();
}

}  // namespace mega
