// Listener: a listening socket, and the loop that hands accepted connections to a PeerService.
#pragma once

#include "base/result.h"
#include "net/asio.h"
#include "net/serve.h"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mega {

// An address and port of the setting `listen`: "127.0.0.1:1104", "[::1]:1104", "::1", "localhost".
// Port 0 picks a free one.
struct ListenAddress {
  std::string address;  // canonical text
  std::uint16_t port = 0;
  bool loopback = false;
};

// Errors: invalid_argument for text that is not an address with an optional port.
Result<ListenAddress> parse_listen_address(std::string_view text, std::uint16_t default_port);

// "127.0.0.1:1104", "[::1]:1104".
std::string to_text(const ListenAddress& address);

// A listening socket; the destructor closes it. Io thread only.
class Listener {
 public:
  // Errors: unavailable when the port is taken, not_allowed for a port below 1024 without the
  // privilege, failed otherwise. Each names the address.
  static Result<std::unique_ptr<Listener>> tcp(asio::io_context& io, const ListenAddress& address);

  // Creates a socket file of mode 0600, replacing one left by a server that has ended. Errors:
  // unavailable when a server answers at `path`; failed; invalid_argument when the path is too long
  // for a socket.
  static Result<std::unique_ptr<Listener>> unix_socket(asio::io_context& io,
                                                       const std::string& path);
  ~Listener();
  Listener(const Listener&) = delete;

  // "127.0.0.1:40123", with the actual port; the path of a unix socket.
  const std::string& name() const { return name_; }

  // Accepts connections that the service's turnstile admits, until close().
  asio::awaitable<void> accept_all(PeerService& service);

  // Stops accepting and resets the connections in the backlog. Removes the socket file.
  void close();

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

  Listener(asio::io_context& io, int family, int fd, std::string name);
  void accept_waiting(PeerService& service, bool& out_of_descriptors);
  void admit_unix(PeerService& service, int fd);
  const std::string& user_name(uid_t uid);
  void admit_tcp(PeerService& service, int fd, const void* peer);

  Acceptor acceptor_;
  std::string name_;
  std::string path_;                         // of the socket file, removed by close(); else empty
  std::map<uid_t, std::string> user_names_;  // cache of look-ups
};

}  // namespace mega
