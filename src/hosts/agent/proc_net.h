// Listening sockets, as the kernel tells them in /proc/net/tcp, tcp6 and unix. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct TcpListener {
  std::string address;  // canonical text; "0.0.0.0" and "::" are all of the host
  std::int64_t port = 0;
  std::int64_t uid = 0;  // of the socket's owner
  std::uint64_t inode = 0;
  friend bool operator==(const TcpListener&, const TcpListener&) = default;
};

struct UnixListener {
  std::string path;
  std::uint64_t inode = 0;
  friend bool operator==(const UnixListener&, const UnixListener&) = default;
};

// The listening sockets of tcp or tcp6; lines that are none are left out.
std::vector<TcpListener> parse_tcp_listeners(std::string_view text);

// Those with a path in the file system.
std::vector<UnixListener> parse_unix_listeners(std::string_view text);

// "socket:[1684]", what an open descriptor of a socket points to.
std::optional<std::uint64_t> parse_socket_link(std::string_view link);

}  // namespace mega
