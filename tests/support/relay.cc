#include "tests/support/relay.h"

#include "net/socket_address.h"
#include "tests/support/peer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace mega {

Relay::Relay(std::uint16_t to) : to_(to), stop_(::eventfd(0, EFD_CLOEXEC)) {
  const auto address = SocketAddress::ip("127.0.0.1", 0);
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (stop_ < 0 || listening_ < 0 || ::bind(listening_, address->data(), address->size()) != 0 ||
      ::listen(listening_, 1) != 0) {
    throw std::runtime_error("no port for the relay");
  }
  port_ = SocketAddress::of(listening_)->port();
  thread_ = std::thread([this] { pass_on(); });
}

Relay::~Relay() {
  ::eventfd_write(stop_, 1);
  if (thread_.joinable()) thread_.join();
  ::close(listening_);
  ::close(stop_);
}

const std::string& Relay::sent() {
  if (thread_.joinable()) thread_.join();
  return sent_;
}

void Relay::pass_on() {
  pollfd waiting[] = {{.fd = listening_, .events = POLLIN, .revents = 0},
                      {.fd = stop_, .events = POLLIN, .revents = 0}};
  if (::poll(waiting, 2, -1) < 1 || waiting[1].revents != 0) return;
  Peer client(::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC));
  Peer server = Peer::to_port(to_);
  pollfd ends[] = {{.fd = client.fd(), .events = POLLIN, .revents = 0},
                   {.fd = server.fd(), .events = POLLIN, .revents = 0},
                   {.fd = stop_, .events = POLLIN, .revents = 0}};
  char chunk[65536];
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends, 3, -1) < 1 || ends[2].revents != 0) return;
    for (const bool from_client : {true, false}) {
      pollfd& from = ends[from_client ? 0 : 1];
      if (from.fd < 0 || from.revents == 0) continue;
      Peer& other = from_client ? server : client;
      const ssize_t n = ::recv(from.fd, chunk, sizeof chunk, 0);
      if (n <= 0) {
        other.end_sending();
        from.fd = -1;  // poll() ignores it
        continue;
      }
      if (from_client) sent_.append(chunk, static_cast<std::size_t>(n));
      other.send({chunk, static_cast<std::size_t>(n)});
    }
  }
}

}  // namespace mega
