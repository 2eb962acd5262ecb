#include "libc/addresses.h"

#include "libc/services.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace mega {
namespace {

struct SocketKind {
  int type;
  int protocol;  // 0: whatever the caller asked for
};

constexpr SocketKind socket_kinds[] = {
    {SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP}, {SOCK_RAW, 0}};

// One element of the list and its address, in one allocation.
struct Node {
  addrinfo info{};
  sockaddr_storage address{};
};

// Builds the list; frees it unless take() is called.
class AddressList {
 public:
  AddressList() = default;
  AddressList(const AddressList&) = delete;
  ~AddressList() { free_addresses(head_); }

  void add(const IpAddress& address, int port, SocketKind kind);
  void name(const char* canonical) { head_->ai_canonname = strdup(canonical); }
  bool empty() const { return !head_; }
  addrinfo* take() { return std::exchange(head_, nullptr); }

 private:
  addrinfo* head_ = nullptr;
  addrinfo** tail_ = &head_;
};

void AddressList::add(const IpAddress& address, int port, SocketKind kind) {
  auto node = std::make_unique<Node>();
  node->info.ai_family = address.family;
  node->info.ai_socktype = kind.type;
  node->info.ai_protocol = kind.protocol;
  node->info.ai_addr = reinterpret_cast<sockaddr*>(&node->address);
  if (address.family == AF_INET) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(node->address);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(port));
    v4.sin_addr = address.v4;
    node->info.ai_addrlen = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(node->address);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    v6.sin6_addr = address.v6;
    v6.sin6_scope_id = address.scope;
    node->info.ai_addrlen = sizeof v6;
  }
  *tail_ = &node.release()->info;
  tail_ = &(*tail_)->ai_next;
}

IpAddress ipv4(in_addr_t host_order) {
  return {.family = AF_INET, .v4 = {.s_addr = htonl(host_order)}};
}

IpAddress ipv6(const in6_addr& address) { return {.family = AF_INET6, .v6 = address}; }

// 127.0.0.1 comes first because mega listens there by default.
std::vector<IpAddress> loopback() { return {ipv4(INADDR_LOOPBACK), ipv6(in6addr_loopback)}; }

// The number of an interface; 0: there is none of that name or number.
unsigned interface_index(const std::string& name) {
  unsigned index = 0;
  const char* end = name.data() + name.size();
  if (std::from_chars(name.data(), end, index).ptr == end) return index;
  return if_nametoindex(name.c_str());
}

// The addresses of any family; find_addresses() selects those that the caller wants.
DnsAnswer addresses_of(const char* host, const addrinfo& hints) {
  if (!host) {
    if (hints.ai_flags & AI_PASSIVE) return {.addresses = {ipv4(INADDR_ANY), ipv6(in6addr_any)}};
    return {.addresses = loopback()};
  }
  if (const auto address = parse_address(host)) return {.addresses = {*address}};
  if (hints.ai_flags & AI_NUMERICHOST || std::strchr(host, '%')) return {.error = EAI_NONAME};
  if (is_localhost(host)) return {.addresses = loopback()};
  return ask_dns(host, hints.ai_family);
}

// 0, or the EAI_ code of an invalid request.
int check(const char* host, const char* service, const addrinfo& hints, int port) {
  if (!host && !service) return EAI_NONAME;
  if (hints.ai_flags & AI_CANONNAME && !host) return EAI_BADFLAGS;
  const int family = hints.ai_family;
  if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6) return EAI_FAMILY;
  if (port < 0) return hints.ai_flags & AI_NUMERICSERV ? EAI_NONAME : EAI_SERVICE;
  return 0;
}

}  // namespace

bool is_localhost(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  constexpr std::string_view word = "localhost";
  if (name.size() < word.size()) return false;
  const auto tail = name.substr(name.size() - word.size());
  const auto same = [](char a, char b) { return (a | 0x20) == b; };  // b is a lower case letter
  if (!std::ranges::equal(tail, word, same)) return false;
  return name.size() == word.size() || name[name.size() - word.size() - 1] == '.';
}

std::optional<IpAddress> parse_address(std::string_view text) {
  const auto percent = text.find('%');
  const std::string number{text.substr(0, percent)};
  IpAddress address;
  if (percent == text.npos && inet_pton(AF_INET, number.c_str(), &address.v4) == 1) {
    address.family = AF_INET;
    return address;
  }
  if (inet_pton(AF_INET6, number.c_str(), &address.v6) != 1) return std::nullopt;
  address.family = AF_INET6;
  if (percent == text.npos) return address;
  address.scope = interface_index(std::string(text.substr(percent + 1)));
  if (!address.scope) return std::nullopt;
  return address;
}

int find_addresses(const char* host, const char* service, const addrinfo* hints, addrinfo** list) {
  const addrinfo wanted = hints ? *hints : addrinfo{};
  const int port = port_of(service);
  if (const int error = check(host, service, wanted, port)) return error;

  const DnsAnswer answer = addresses_of(host, wanted);
  if (answer.error) return answer.error;
  AddressList found;
  bool family_seen = false;
  for (const IpAddress& address : answer.addresses) {
    if (wanted.ai_family != AF_UNSPEC && wanted.ai_family != address.family) continue;
    family_seen = true;
    for (const auto [type, protocol] : socket_kinds) {
      if (wanted.ai_socktype && wanted.ai_socktype != type) continue;
      if (wanted.ai_protocol && protocol && wanted.ai_protocol != protocol) continue;
      found.add(address, port, {type, protocol ? protocol : wanted.ai_protocol});
    }
  }
  if (!family_seen) return EAI_ADDRFAMILY;
  if (found.empty()) return EAI_SOCKTYPE;
  if (wanted.ai_flags & AI_CANONNAME) found.name(host);
  *list = found.take();
  return 0;
}

void free_addresses(addrinfo* list) {
  while (list) {
    std::unique_ptr<Node> node(reinterpret_cast<Node*>(list));  // info is its first member
    list = node->info.ai_next;
    std::free(node->info.ai_canonname);
  }
}

int print_address(const sockaddr* address, socklen_t address_bytes, char* host,
                  socklen_t host_bytes, char* service, socklen_t service_bytes, int flags) {
  if (flags & NI_NAMEREQD) return EAI_NONAME;
  char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";
  unsigned port = 0;
  if (address->sa_family == AF_INET && address_bytes >= sizeof(sockaddr_in)) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    port = ntohs(v4->sin_port);
  } else if (address->sa_family == AF_INET6 && address_bytes >= sizeof(sockaddr_in6)) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, INET6_ADDRSTRLEN);
    char name[IF_NAMESIZE];
    if (v6->sin6_scope_id && if_indextoname(v6->sin6_scope_id, name)) {
      std::strcat(std::strcat(text, "%"), name);
    }
    port = ntohs(v6->sin6_port);
  } else {
    return EAI_FAMILY;
  }
  const auto fits = [](char* buffer, socklen_t bytes, const std::string& value) {
    if (!buffer || !bytes) return true;
    return static_cast<socklen_t>(std::snprintf(buffer, bytes, "%s", value.c_str())) < bytes;
  };
  if (!fits(host, host_bytes, text)) return EAI_OVERFLOW;
  return fits(service, service_bytes, std::to_string(port)) ? 0 : EAI_OVERFLOW;
}

}  // namespace mega
