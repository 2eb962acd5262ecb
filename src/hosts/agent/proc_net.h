// Listening sockets, parsed from /proc/net/tcp, tcp6 and unix. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct TcpListener {
  std::string address;  // canonical text; "0.0.0.0" and "::" are all addresses of the host
  std::int64_t port = 0;
  std::int64_t uid = 0;  // the user that opened the socket
  std::uint64_t inode = 0;
  friend bool operator==(const TcpListener&, const TcpListener&) = default;
};

struct UnixListener {
  std::string path;
  std::uint64_t inode = 0;
  friend bool operator==(const UnixListener&, const UnixListener&) = default;
};

// The listening sockets in the text of tcp or tcp6; other lines are skipped.
std::vector<TcpListener> parse_tcp_listeners(std::string_view text);

// The listening sockets with a path in the file system.
std::vector<UnixListener> parse_unix_listeners(std::string_view text);

// The inode in "socket:[1684]", the link target of a socket's descriptor.
std::optional<std::uint64_t> parse_socket_link(std::string_view link);

}  // namespace mega
