// Endpoint: where a server is and which dialect it is spoken to in, as `--server` has it.
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
  std::string host;  // or the path of a unix socket
  std::uint16_t port = server_port;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "unix:PATH", "legacy:HOST[:PORT]", "HOST[:PORT]", "[IPV6]:PORT". A host is an address or a name
// by RFC 1123; whether there is such a host shows when it is called.
// Errors: invalid_argument.
Result<Endpoint> parse_endpoint(std::string_view text);
std::string to_text(const Endpoint& endpoint);

// HOST[:PORT] and nothing else, of any service; without a port it is `port`. Errors:
// invalid_argument.
Result<Endpoint> parse_public_address(std::string_view text, std::uint16_t port = server_port);

}  // namespace mega
