#include "net/blocking_socket.h"

#include "base/file.h"
#include "net/connect.h"
#include "net/socket_address.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mega {
namespace {

// The time-out for poll(), rounded up so that it does not wake before the moment.
int milliseconds_until(BlockingSocket::Moment until) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30));
}

// 0 when `fd` is ready; ETIMEDOUT; ECANCELED when `stop` came first; or the errno of poll(2).
int wait_for(int fd, short events, BlockingSocket::Moment until, int stop) {
  pollfd wanted[] = {{.fd = fd, .events = events, .revents = 0},
                     {.fd = stop, .events = POLLIN, .revents = 0}};
  int ready = 0;
  do ready = ::poll(wanted, 2, milliseconds_until(until));
  while (ready < 0 && errno == EINTR);
  if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
  return wanted[1].revents != 0 ? ECANCELED : 0;
}

// 0, or the errno of the failed connection.
int connect_error(int fd, const SocketAddress& address, BlockingSocket::Moment until) {
  if (::connect(fd, address.data(), address.size()) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (const int error = wait_for(fd, POLLOUT, until, -1); error != 0) return error;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

Result<BlockingSocket> BlockingSocket::connect_unix(const std::string& path, Moment until) {
  const auto address = SocketAddress::unix_path(path);
  if (!address) return fail(Errc::unavailable, "no socket can have the path {}", path);
  BlockingSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail(system_error("open a socket for", path, errno));
  // connect() returns EAGAIN when the server's backlog is full; poll() cannot wait for that.
  int error = connect_error(socket.fd_, *address, until);
  while (error == EAGAIN && std::chrono::steady_clock::now() < until) {
    ::poll(nullptr, 0, 5);
    error = connect_error(socket.fd_, *address, until);
  }
  if (error == ECONNREFUSED) {
    return fail(Errc::unavailable, "no server answers on unix:{}: it is not running", path);
  }
  if (error != 0) {
    const Errc code = error == EACCES ? Errc::not_allowed : Errc::unavailable;
    return fail(code, "cannot connect to unix:{}: {}", path, describe_errno(error));
  }
  return socket;
}

Result<BlockingSocket> BlockingSocket::connect_tcp(const std::string& host, std::uint16_t port,
                                                   Moment until, int stop) {
  const auto addresses = resolve(host, port);
  if (!addresses) return fail(addresses.error());
  int error = 0;
  BlockingSocket socket(connect_to_any(*addresses, until, stop, &error), stop);
  if (!socket.is_open()) {
    return fail(Errc::unavailable, "cannot connect to {}: {}", host_and_port(host, port),
                describe_errno(error));
  }
  prepare_to_stay(socket.fd_);
  return socket;
}

std::string BlockingSocket::peer() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(fd_, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return "";
  const SocketAddress address(storage);
  return host_and_port(address.host(), address.port());
}

Result<void> BlockingSocket::wait(short events, Moment until) const {
  switch (const int error = wait_for(fd_, events, until, stop_)) {
    case 0:
      return {};
    case ETIMEDOUT:
      return fail(Errc::timed_out, "no answer in time");
    case ECANCELED:
      return fail(Errc::unavailable, "mega is stopping");
    default:
      return fail(Errc::failed, "cannot wait: {}", describe_errno(error));
  }
}

Result<void> BlockingSocket::secure(const TlsContext& context, Moment until) {
  auto session = TlsSession::begin(context, fd_);
  if (!session) return fail(session.error());
  for (;;) {
    const auto step = session->handshake();
    if (!step) return fail(step.error());
    if (*step == TlsSession::Step::done) break;
    const short events = *step == TlsSession::Step::wants_read ? POLLIN : POLLOUT;
    if (auto ready = wait(events, until); !ready) return ready;
  }
  tls_ = std::move(*session);
  return {};
}

// Looks for the alert that the peer may have sent before it closed; a refusal gives its reason
// there. Data that the peer has sent stays for receive().
Error BlockingSocket::why_it_broke() {
  char byte = 0;
  tls_->peek(&byte, 1);
  if (tls_->complaint().empty()) return {Errc::unavailable, "the connection broke"};
  return {Errc::not_allowed, tls_->complaint()};
}

Result<void> BlockingSocket::send_through_tls(std::string_view bytes, Moment until) {
  while (!bytes.empty()) {
    const auto n = tls_->write(bytes);
    if (!n) return fail(why_it_broke());
    bytes.remove_prefix(*n);
    if (*n > 0) continue;
    if (auto ready = wait(POLLOUT, until); !ready) return ready;
  }
  return {};
}

Result<std::size_t> BlockingSocket::receive_through_tls(char* into, std::size_t size,
                                                        Moment until) {
  for (;;) {
    const auto n = tls_->read(into, size);
    if (n && *n > 0) return *n;
    if (!n && tls_->complaint().empty()) return 0;
    if (!n) return fail(Errc::not_allowed, "{}", tls_->complaint());
    if (auto ready = wait(POLLIN, until); !ready) return fail(ready.error());
  }
}

Result<void> BlockingSocket::send(std::string_view bytes, Moment until) {
  if (tls_) return send_through_tls(bytes, until);
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (auto ready = wait(POLLOUT, until); !ready) return fail(ready.error());
    } else if (errno != EINTR) {
      return fail(Errc::unavailable, "the connection broke: {}", describe_errno(errno));
    }
  }
  return {};
}

void BlockingSocket::end_sending() { ::shutdown(fd_, SHUT_WR); }

Result<std::size_t> BlockingSocket::receive(char* into, std::size_t size, Moment until) {
  if (tls_) return receive_through_tls(into, size, until);
  for (;;) {
    const ssize_t n = ::recv(fd_, into, size, 0);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN) {
      if (auto ready = wait(POLLIN, until); !ready) return fail(ready.error());
    } else if (errno != EINTR) {
      return fail(Errc::unavailable, "the connection broke: {}", describe_errno(errno));
    }
  }
}

void BlockingSocket::close() {
  if (tls_) tls_->close();
  tls_.reset();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace mega
