#include "hosts/agent/proc_net.h"

#include "base/text.h"
#include "hosts/agent/proc_text.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace mega {
namespace {

constexpr std::string_view listening = "0A";               // TCP_LISTEN
constexpr std::uint64_t accepts_connections = 1ULL << 16;  // __SO_ACCEPTCON

template <class T>
std::optional<T> parse_number(std::string_view text, int base) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The kernel prints each 32-bit word of an address as a number in host byte order: "0100007F" is
// 127.0.0.1 on x86.
std::optional<std::string> parse_address(std::string_view digits) {
  if (digits.size() != 8 && digits.size() != 32) return std::nullopt;
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i * 8 < digits.size(); ++i) {
    const auto word = parse_number<std::uint32_t>(digits.substr(i * 8, 8), 16);
    if (!word) return std::nullopt;
    words[i] = *word;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = digits.size() == 8 ? AF_INET : AF_INET6;
  ::inet_ntop(family, words.data(), text.data(), text.size());
  return text.data();
}

std::optional<TcpListener> tcp_listener(std::string_view line) {
  const auto words = words_of(line);
  if (words.size() < 10 || words[3] != listening) return std::nullopt;
  const auto colon = words[1].find(':');
  if (colon == words[1].npos) return std::nullopt;
  auto address = parse_address(words[1].substr(0, colon));
  const auto port = parse_number<std::uint16_t>(words[1].substr(colon + 1), 16);
  const auto uid = parse_number<std::int64_t>(words[7], 10);
  const auto inode = parse_number<std::uint64_t>(words[9], 10);
  if (!address || !port || !uid || !inode) return std::nullopt;
  return TcpListener{.address = *std::move(address), .port = *port, .uid = *uid, .inode = *inode};
}

// Parses "Num: RefCount Protocol Flags Type St Inode Path"; the path may contain blanks.
std::optional<UnixListener> unix_listener(std::string_view line) {
  const auto words = words_of(line);
  if (words.size() < 8 || !words[7].starts_with('/')) return std::nullopt;
  const auto flags = parse_number<std::uint64_t>(words[3], 16);
  const auto inode = parse_number<std::uint64_t>(words[6], 10);
  if (!flags || (*flags & accepts_connections) == 0 || !inode) return std::nullopt;
  return UnixListener{.path = std::string(line.substr(line.find('/'))), .inode = *inode};
}

template <class Listener>
std::vector<Listener> parse_lines(std::string_view text,
                                  std::optional<Listener> (*parse)(std::string_view)) {
  std::vector<Listener> all;
  for (const std::string_view line : split(text, '\n')) {
    if (auto one = parse(line)) all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace

std::vector<TcpListener> parse_tcp_listeners(std::string_view text) {
  return parse_lines(text, tcp_listener);
}

std::vector<UnixListener> parse_unix_listeners(std::string_view text) {
  return parse_lines(text, unix_listener);
}

std::optional<std::uint64_t> parse_socket_link(std::string_view link) {
  constexpr std::string_view front = "socket:[";
  if (!link.starts_with(front) || !link.ends_with(']')) return std::nullopt;
  return parse_number<std::uint64_t>(link.substr(front.size(), link.size() - front.size() - 1), 10);
}

}  // namespace mega
