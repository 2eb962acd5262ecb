#include "net/listen.h"

#include "base/log.h"
#include "base/text.h"
#include "net/socket_address.h"

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"listen"};

constexpr int backlog = 4096;            // the kernel cuts it to net.core.somaxconn
constexpr int accepts_at_once_max = 64;  // then other connections get a turn
constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);

// Closes the file descriptor unless release() was called.
class Owned {
 public:
  explicit Owned(int fd) : fd_(fd) {}
  ~Owned() {
    if (fd_ >= 0) ::close(fd_);
  }
  Owned(const Owned&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

int stream_socket(int family) {
  return ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool is_loopback(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    return ntohl(address.as<sockaddr_in>().sin_addr.s_addr) >> 24 == 127;
  }
  const in6_addr& v6 = address.as<sockaddr_in6>().sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

Error cannot_listen(const std::string& where, int error) {
  if (error == EADDRINUSE) {
    return {Errc::unavailable,
            fmt::format("cannot listen on {}: another program does; stop it or choose another "
                        "port with --listen",
                        where)};
  }
  const Errc code = error == EACCES ? Errc::not_allowed : Errc::failed;
  return {code, fmt::format("cannot listen on {}: {}", where, std::strerror(error))};
}

// Whether a server answers at a socket file. Without a listener the file is stale.
bool answers(const SocketAddress& address) {
  const Owned probe(stream_socket(AF_UNIX));
  if (probe.get() < 0) return true;  // cannot tell: leave the file alone
  // A full backlog (EAGAIN) counts as an answer.
  return ::connect(probe.get(), address.data(), address.size()) == 0 || errno == EAGAIN;
}

bool out_of(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text, std::uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) {
      return fail(Errc::invalid_argument, "{} lacks the closing bracket", quoted(text));
    }
    host = text.substr(1, bracket - 1);
    const std::string_view rest = text.substr(bracket + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port) {
      return fail(Errc::invalid_argument, "{}: only :PORT may follow the bracket", quoted(text));
    }
    if (has_port) port = rest.substr(1);
  } else if (const auto colon = text.rfind(':');
             colon != std::string_view::npos && text.find(':') == colon) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  ListenAddress result{.address = {}, .port = default_port, .loopback = false};
  if (has_port) {
    const auto number = parse_integer(port);
    if (!number || *number < 0 || *number > 65535) {
      return fail(Errc::invalid_argument, "{}: a port is 0 (a free one) to 65535", quoted(text));
    }
    result.port = static_cast<std::uint16_t>(*number);
  }
  if (host == "localhost") host = "127.0.0.1";
  const auto address = SocketAddress::ip(host, result.port);
  if (!address) {
    return fail(Errc::invalid_argument,
                "{} is no address to listen on: want an IPv4 or IPv6 address with or without :PORT",
                quoted(text));
  }
  result.address = address->host();
  if (const auto zone = host.find('%'); zone != host.npos) result.address += host.substr(zone);
  result.loopback = is_loopback(*address);
  return result;
}

std::string to_text(const ListenAddress& address) {
  return host_and_port(address.address, address.port);
}

Listener::Listener(asio::io_context& io, int family, int fd, std::string name)
    : acceptor_(io, asio::generic::stream_protocol(family, 0), fd), name_(std::move(name)) {}

Listener::~Listener() { close(); }

Result<std::unique_ptr<Listener>> Listener::tcp(asio::io_context& io, const ListenAddress& where) {
  const auto address = SocketAddress::ip(where.address, where.port);
  if (!address) return fail(Errc::invalid_argument, "{} is no address", quoted(where.address));
  Owned fd(stream_socket(address->family()));
  if (fd.get() < 0) return fail(cannot_listen(to_text(where), errno));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->family() == AF_INET6) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (::bind(fd.get(), address->data(), address->size()) != 0 || ::listen(fd.get(), backlog) != 0) {
    return fail(cannot_listen(to_text(where), errno));
  }
  const auto bound = SocketAddress::of(fd.get());
  if (!bound) return fail(cannot_listen(to_text(where), errno));
  const ListenAddress got{bound->host(), bound->port(), where.loopback};
  const int raw = fd.release();
  return std::unique_ptr<Listener>(new Listener(io, address->family(), raw, to_text(got)));
}

Result<std::unique_ptr<Listener>> Listener::unix_socket(asio::io_context& io,
                                                        const std::string& path) {
  const auto address = SocketAddress::unix_path(path);
  if (!address) {
    return fail(Errc::invalid_argument,
                "the path of the unix socket is too long ({} bytes, the system takes {}): {}",
                path.size(), sizeof(sockaddr_un::sun_path) - 1, path);
  }
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) {
      return fail(Errc::failed, "{} is there and is no socket: move it away", path);
    }
    if (answers(*address)) {
      return fail(Errc::unavailable, "another program answers on {}", path);
    }
    if (::unlink(path.c_str()) != 0) {
      return fail(Errc::failed, "cannot remove the stale socket {}: {}", path,
                  std::strerror(errno));
    }
    logger.info("removed {}, which a server that is gone had left behind", path);
  }
  Owned fd(stream_socket(AF_UNIX));
  if (fd.get() < 0) return fail(cannot_listen(path, errno));
  // bind() creates the file, so the umask must be set before.
  const mode_t before = ::umask(0177);
  const int bound = ::bind(fd.get(), address->data(), address->size());
  const int error = errno;
  ::umask(before);
  if (bound != 0) return fail(cannot_listen(path, error));
  if (::listen(fd.get(), backlog) != 0) return fail(cannot_listen(path, errno));
  const int raw = fd.release();
  std::unique_ptr<Listener> listener(new Listener(io, AF_UNIX, raw, path));
  listener->path_ = path;
  return listener;
}

void Listener::close() {
  if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
  asio::error_code ignored;
  acceptor_.close(ignored);
}

asio::awaitable<void> Listener::accept_all(PeerService& service) {
  bool out_of_descriptors = false;
  asio::steady_timer pause(acceptor_.get_executor());
  while (acceptor_.is_open()) {
    if (out_of_descriptors) {
      // The pending connection would wake this loop again at once, forever.
      pause.expires_after(pause_without_descriptors);
      co_await pause.async_wait(as_value);
    } else {
      co_await acceptor_.async_wait(Acceptor::wait_read, as_value);
    }
    if (acceptor_.is_open()) accept_waiting(service, out_of_descriptors);
  }
}

void Listener::accept_waiting(PeerService& service, bool& out_of_descriptors) {
  for (int i = 0; i < accepts_at_once_max; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && out_of(errno)) {
      if (!out_of_descriptors) {
        logger.error("{}: cannot accept: {}; new connections wait until others close", name_,
                     std::strerror(errno));
      }
      out_of_descriptors = true;
      return;
    }
    if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (fd < 0) continue;  // the peer left before the accept
    if (std::exchange(out_of_descriptors, false)) logger.info("{}: accepting again", name_);
    if (path_.empty()) {
      admit_tcp(service, fd, &peer);
    } else {
      admit_unix(service, fd);
    }
  }
  out_of_descriptors = false;
}

void Listener::admit_tcp(PeerService& service, int fd, const void* peer) {
  Owned socket(fd);
  const SocketAddress address(*static_cast<const sockaddr_storage*>(peer));
  const std::string host = address.host();
  std::string_view refusal;
  auto account = service.turnstile().enter(host, refusal);
  if (!account) return service.turned_away(host_and_port(host, address.port()), refusal);
  service.serve_tcp(socket.release(), host, address.port(), std::move(account));
}

const std::string& Listener::user_name(uid_t uid) {
  std::string& name = user_names_[uid];
  if (name.empty()) {
    passwd entry{};
    passwd* user = nullptr;
    std::array<char, 16 << 10> fields;
    ::getpwuid_r(uid, &entry, fields.data(), fields.size(), &user);
    name = user ? user->pw_name : fmt::format("uid {}", uid);
  }
  return name;
}

void Listener::admit_unix(PeerService& service, int fd) {
  Owned socket(fd);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return service.turned_away(name_, "the system does not tell who it is");
  }
  const std::string who = fmt::format("uid={} pid={}", peer.uid, peer.pid);
  if (peer.uid != 0 && peer.uid != ::geteuid()) {
    return service.turned_away(who, "only root and the server's own user may come by the socket");
  }
  std::string_view refusal;
  auto account = service.turnstile().enter({}, refusal);
  if (!account) return service.turned_away(who, refusal);
  Caller caller{.door = Door::unix_socket,
                .role = Role::admin,
                .name = user_name(peer.uid),
                .address = {},
                .peer = who};
  service.serve_unix(socket.release(), std::move(caller), std::move(account));
}

}  // namespace mega
