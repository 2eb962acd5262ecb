#include "tests/support/peer.h"

#include "net/socket_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mega {
namespace {

constexpr int patience_ms = 10000;

Peer connect_to(const SocketAddress& address) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, address.data(), address.size()) != 0) {
    if (fd >= 0) ::close(fd);
    return Peer(-1);
  }
  const int on = 1;
  if (address.family() != AF_UNIX) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return Peer(fd);
}

}  // namespace

Peer Peer::to_unix(const std::string& path) { return connect_to(*SocketAddress::unix_path(path)); }

Peer Peer::to_port(std::uint16_t port) { return connect_to(*SocketAddress::ip("127.0.0.1", port)); }

Peer::~Peer() {
  if (fd_ >= 0) ::close(fd_);
}

Peer::Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Peer& Peer::operator=(Peer&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Peer::send_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_bytes, bytes.size()))) {
    if (!send(bytes.substr(0, piece_bytes))) return false;
  }
  return true;
}

void Peer::end_sending() { ::shutdown(fd_, SHUT_WR); }

void Peer::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

bool Peer::wait_readable() {
  pollfd wanted{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&wanted, 1, patience_ms) == 1) return true;
  ADD_FAILURE() << "nothing came in " << patience_ms << " ms";
  return false;
}

std::string Peer::read(std::size_t bytes) {
  std::string got;
  char chunk[65536];
  while (got.size() < bytes && wait_readable()) {
    const ssize_t n = ::recv(fd_, chunk, std::min(sizeof chunk, bytes - got.size()), 0);
    if (n <= 0) break;
    got.append(chunk, static_cast<std::size_t>(n));
  }
  return got;
}

std::string Peer::read_frame() {
  const std::string header = read(10);
  if (header.size() < 10) return {};
  std::string payload = read(std::stoul(header) - 10 + 3);
  EXPECT_TRUE(payload.ends_with("EOF")) << header;
  payload.resize(payload.size() - 3);
  return payload;
}

std::string Peer::read_to_end() {
  std::string got;
  for (;;) {
    const std::string more = read(1 << 20);
    got += more;
    if (more.size() < 1 << 20) return got;
  }
}

bool Peer::closed() {
  char chunk[65536];
  while (wait_readable()) {
    if (::recv(fd_, chunk, sizeof chunk, 0) <= 0) return true;
  }
  return false;
}

}  // namespace mega
