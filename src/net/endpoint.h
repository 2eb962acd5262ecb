// Endpoint: a server's address and dialect, as given by `--server`.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

inline constexpr std::uint16_t server_port = 1104;

struct Endpoint {
  enum class Kind { unix_socket, tcp, legacy };  // tcp: our dialect inside TLS
  Kind kind = Kind::tcp;
  std::string host;  // the path for a unix socket
  std::uint16_t port = server_port;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Parses "unix:PATH", "legacy:HOST[:PORT]", "HOST[:PORT]", "[IPV6]:PORT". A host is an address, an
// IPv6 address with its interface ("fe80::1%eth0"), or a name by RFC 1123 that may have underscores;
// it is not resolved here. Errors: invalid_argument.
Result<Endpoint> parse_endpoint(std::string_view text);
std::string to_text(const Endpoint& endpoint);

// Parses HOST[:PORT] only, for any service; `port` is the default port. Errors: invalid_argument.
Result<Endpoint> parse_public_address(std::string_view text, std::uint16_t port = server_port);

}  // namespace mega
