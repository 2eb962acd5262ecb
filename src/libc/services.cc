#include "libc/services.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace mega {
namespace {

constexpr NetService services[] = {
    {"ssh", 22, "tcp"},          {"smtp", 25, "tcp"},   {"domain", 53, "udp"},
    {"domain", 53, "tcp"},       {"http", 80, "tcp"},   {"https", 443, "tcp"},
    {"submissions", 465, "tcp"}, {"smtps", 465, "tcp"}, {"submission", 587, "tcp"},
    {"mysql", 3306, "tcp"},
};

template <class Matches>
const NetService* first_that(Matches matches) {
  const auto* found = std::ranges::find_if(services, matches);
  return found == std::end(services) ? nullptr : found;
}

bool speaks(const NetService& service, std::string_view protocol) {
  return protocol.empty() || protocol == service.protocol;
}

}  // namespace

const NetService* service_named(std::string_view name, std::string_view protocol) {
  return first_that([&](const NetService& s) { return s.name == name && speaks(s, protocol); });
}

const NetService* service_on(std::uint16_t port, std::string_view protocol) {
  return first_that([&](const NetService& s) { return s.port == port && speaks(s, protocol); });
}

int port_of(const char* service) {
  const std::string_view text = service ? service : "";
  if (text.empty()) return 0;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size()) return port;
  const NetService* named = service_named(text);
  return named ? named->port : -1;
}

}  // namespace mega
