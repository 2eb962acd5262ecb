#include "net/endpoint.h"

#include "base/text.h"
#include "net/socket_address.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view legacy_prefix = "legacy:";
constexpr std::size_t host_bytes_max = 253;
constexpr std::size_t label_bytes_max = 63;

// Part of a host's name as DNS and /etc/hosts have it: more than RFC 1123 lets into it, since names
// with an underscore exist and resolve.
bool is_label(std::string_view label) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !label.empty() && label.size() <= label_bytes_max && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, letter);
}

// An IPv6 address with its interface, "fe80::1%eth0". Whether the interface exists is not asked.
bool is_scoped_address(std::string_view host) {
  const auto percent = host.find('%');
  if (percent == host.npos || host.substr(0, percent).find(':') == host.npos) return false;
  const std::string_view zone = host.substr(percent + 1);
  const auto fits = [](char c) { return c > ' ' && c < 0x7f && c != '%' && c != '/' && c != ']'; };
  return !zone.empty() && std::ranges::all_of(zone, fits) &&
         SocketAddress::ip(host.substr(0, percent), 0);
}

bool is_host(std::string_view host) {
  if (SocketAddress::ip(host, 0) || is_scoped_address(host)) return true;
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > host_bytes_max) return false;
  const auto labels = split(host, '.');
  // A last label of digits only means a mistyped address, such as 10.0.0.256.
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::ranges::all_of(labels, is_label) && !std::ranges::all_of(labels.back(), digit);
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;
  bool has_port = false;
};

// More than one colon without brackets means an IPv6 address without a port.
Result<HostAndPort> split_port(std::string_view text) {
  if (!text.starts_with('[')) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.rfind(':') != colon) {
      return HostAndPort{text, {}, false};
    }
    return HostAndPort{text.substr(0, colon), text.substr(colon + 1), true};
  }
  const auto bracket = text.find(']');
  if (bracket == std::string_view::npos) {
    return fail(Errc::invalid_argument, "{} lacks the closing bracket", quoted(text));
  }
  const std::string_view host = text.substr(1, bracket - 1);
  const std::string_view rest = text.substr(bracket + 1);
  if (rest.empty()) return HostAndPort{host, {}, false};
  if (!rest.starts_with(':')) {
    return fail(Errc::invalid_argument, "{}: only :PORT may follow the bracket", quoted(text));
  }
  return HostAndPort{host, rest.substr(1), true};
}

Result<Endpoint> parse(std::string_view text, std::uint16_t default_port) {
  Endpoint endpoint;
  endpoint.port = default_port;
  if (text.starts_with(unix_prefix)) {
    endpoint.kind = Endpoint::Kind::unix_socket;
    endpoint.host = text.substr(unix_prefix.size());
    if (endpoint.host.empty()) {
      return fail(Errc::invalid_argument, "unix: lacks the path of a socket");
    }
    return endpoint;
  }
  std::string_view rest = text;
  if (text.starts_with(legacy_prefix)) {
    endpoint.kind = Endpoint::Kind::legacy;
    rest = text.substr(legacy_prefix.size());
  }
  const auto parts = split_port(rest);
  if (!parts) return fail(parts.error());
  if (!is_host(parts->host)) {
    return fail(Errc::invalid_argument,
                "{} is no host: want HOST[:PORT], unix:PATH or legacy:HOST[:PORT]", quoted(text));
  }
  endpoint.host = parts->host;
  if (parts->has_port) {
    const auto port = parse_integer(parts->port);
    if (!port || *port < 1 || *port > 65535) {
      return fail(Errc::invalid_argument, "{}: a port is 1 to 65535", quoted(text));
    }
    endpoint.port = static_cast<std::uint16_t>(*port);
  }
  return endpoint;
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) { return parse(text, server_port); }

Result<Endpoint> parse_public_address(std::string_view text, std::uint16_t port) {
  auto endpoint = parse(text, port);
  if (endpoint && endpoint->kind != Endpoint::Kind::tcp) {
    return fail(Errc::invalid_argument, "{}: want HOST[:PORT]", quoted(text));
  }
  return endpoint;
}

std::string to_text(const Endpoint& endpoint) {
  switch (endpoint.kind) {
    case Endpoint::Kind::unix_socket:
      return fmt::format("{}{}", unix_prefix, endpoint.host);
    case Endpoint::Kind::legacy:
      return fmt::format("{}{}", legacy_prefix, host_and_port(endpoint.host, endpoint.port));
    case Endpoint::Kind::tcp:
      break;
  }
  return host_and_port(endpoint.host, endpoint.port);
}

}  // namespace mega
