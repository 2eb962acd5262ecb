#include "libc/dns.h"

#include <ares.h>
#include <netdb.h>
#include <poll.h>

#include <array>
#include <memory>
#include <optional>

namespace mega {
namespace {

struct Channel {
  ares_channel handle = nullptr;
  ~Channel() {
    if (handle) ares_destroy(handle);
  }
};

// Returns ARES_SUCCESS or an error. The library is initialised once and never cleaned up.
int open_channel(Channel& channel, const DnsOptions& options) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return library;
  std::string lookups = options.servers.empty() ? "fb" : "b";  // f: /etc/hosts, b: DNS
  ares_options wanted{};
  wanted.timeout = options.timeout_ms;
  wanted.tries = options.rounds;
  wanted.lookups = lookups.data();
  const int opened = ares_init_options(&channel.handle, &wanted,
                                       ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
  if (opened != ARES_SUCCESS || options.servers.empty()) return opened;
  return ares_set_servers_ports_csv(channel.handle, options.servers.c_str());
}

// Waits for the sockets of the channel or its next time-out, and has c-ares handle the events.
void step(ares_channel channel) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto wanted = static_cast<unsigned>(
      ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size())));
  std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
  nfds_t count = 0;
  for (unsigned i = 0; i < sockets.size(); ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(wanted, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(wanted, i)) events |= POLLOUT;
    if (events) polled[count++] = {sockets[i], events, 0};
  }

  timeval space{};
  const timeval* left = ares_timeout(channel, nullptr, &space);
  const long left_ms = left ? left->tv_sec * 1000 + left->tv_usec / 1000 + 1 : 1000;
  if (poll(polled.data(), count, static_cast<int>(left_ms)) <= 0) {
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // handles time-outs
    return;
  }
  for (nfds_t i = 0; i < count; ++i) {
    const auto [fd, events, happened] = polled[i];
    if (!happened) continue;
    ares_process_fd(channel, happened & (POLLIN | POLLERR | POLLHUP) ? fd : ARES_SOCKET_BAD,
                    happened & POLLOUT ? fd : ARES_SOCKET_BAD);
  }
}

int error_of(int status) {
  switch (status) {
    case ARES_SUCCESS:
      return 0;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME:
      return EAI_NONAME;
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
      return EAI_AGAIN;
    case ARES_ENOMEM:
      return EAI_MEMORY;
    default:
      return EAI_FAIL;
  }
}

IpAddress address_of(const ares_addrinfo_node& node) {
  IpAddress address{.family = node.ai_family};
  if (node.ai_family == AF_INET) {
    address.v4 = reinterpret_cast<const sockaddr_in*>(node.ai_addr)->sin_addr;
  } else {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(node.ai_addr);
    address.v6 = v6->sin6_addr;
    address.scope = v6->sin6_scope_id;
  }
  return address;
}

struct Pending {
  std::optional<int> status;  // none until c-ares has called back
  std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> found{nullptr, ares_freeaddrinfo};
};

void finish(void* pending, int status, int /*timeouts*/, ares_addrinfo* found) {
  auto& mine = *static_cast<Pending*>(pending);
  mine.status = status;
  mine.found.reset(found);
}

}  // namespace

DnsAnswer ask_dns(const std::string& name, int family, const DnsOptions& options) {
  Pending pending;  // outlives the channel, which calls back when it is destroyed
  Channel channel;
  if (const int opened = open_channel(channel, options); opened != ARES_SUCCESS) {
    return {.error = error_of(opened)};
  }
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;  // else each address is returned once for every kind of socket
  ares_getaddrinfo(channel.handle, name.c_str(), nullptr, &hints, finish, &pending);
  while (!pending.status) step(channel.handle);

  DnsAnswer answer{.error = error_of(*pending.status)};
  if (answer.error) return answer;
  for (const auto* node = pending.found->nodes; node; node = node->ai_next) {
    if (node->ai_family == AF_INET || node->ai_family == AF_INET6) {
      answer.addresses.push_back(address_of(*node));
    }
  }
  if (answer.addresses.empty()) answer.error = EAI_NONAME;
  return answer;
}

}  // namespace mega
