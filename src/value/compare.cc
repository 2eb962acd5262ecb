#include "value/compare.h"

#include "base/text.h"
#include "base/utf8.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mega {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the character of UTF-8 after `at` begins.
std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && continues_utf8(text[at])) ++at;
  return at;
}

// The numbers at the beginning, without leading zeros, so that the longer one is the larger one.
std::vector<std::string_view> numbers_of(std::string_view version) {
  std::vector<std::string_view> numbers;
  std::size_t at = 0;
  while (at < version.size() && is_digit(version[at])) {
    std::size_t end = at;
    while (end < version.size() && is_digit(version[end])) ++end;
    std::string_view number = version.substr(at, end - at);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size() - 1));
    numbers.push_back(number);
    if (end == version.size() || version[end] != '.') break;
    at = end + 1;
  }
  return numbers;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::optional<std::string> address_bytes(int family, const std::string& text) {
  std::string bytes(family == AF_INET ? 4 : 16, '\0');
  if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

// The bytes that order addresses: IPv4 before IPv6.
std::optional<std::string> address_key(const std::string& text) {
  if (const auto v4 = address_bytes(AF_INET, text)) return "4" + *v4;
  if (const auto v6 = address_bytes(AF_INET6, text)) return "6" + *v6;
  return std::nullopt;
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  // The latest * and the end of the text that it matches now. Going back to the latest * is enough.
  std::size_t star = std::string_view::npos, star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = next_character(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = star_end = next_character(text, star_end);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return to_lower(text).find(to_lower(part)) != std::string::npos;
}

std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b) {
  const auto left = numbers_of(a), right = numbers_of(b);
  if (left.empty() || right.empty()) return std::nullopt;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto order =
        compare_numbers(i < left.size() ? left[i] : "0", i < right.size() ? right[i] : "0");
    if (std::is_neq(order)) return order;
  }
  return std::strong_ordering::equal;
}

bool is_plain_version(std::string_view text) {
  return !text.empty() && is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

bool version_begins_with(std::string_view version, std::string_view prefix) {
  const auto numbers = numbers_of(version), wanted = numbers_of(prefix);
  return numbers.size() >= wanted.size() &&
         std::equal(wanted.begin(), wanted.end(), numbers.begin());
}

std::optional<std::strong_ordering> compare_addresses(std::string_view a, std::string_view b) {
  const auto left = address_key(std::string(a)), right = address_key(std::string(b));
  if (!left || !right) return std::nullopt;
  return left->compare(*right) <=> 0;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto bits = parse_integer(text.substr(slash + 1));
  const std::string address(text.substr(0, slash));
  for (const int family : {AF_INET, AF_INET6}) {
    const auto bytes = address_bytes(family, address);
    if (!bytes || !bits || *bits < 0 || *bits > static_cast<long long>(bytes->size()) * 8) continue;
    return Network{family, *bytes, static_cast<int>(*bits)};
  }
  return std::nullopt;
}

bool Network::holds(std::string_view address) const {
  const auto other = address_bytes(family, std::string(address));
  if (!other) return false;
  for (int bit = 0; bit < bits; bit += 8) {
    const std::size_t i = static_cast<std::size_t>(bit) / 8;
    const int used = std::min(8, bits - bit);
    const unsigned mask = 0xffU << (8 - used) & 0xffU;
    if ((static_cast<unsigned char>(bytes[i]) & mask) !=
        (static_cast<unsigned char>((*other)[i]) & mask)) {
      return false;
    }
  }
  return true;
}

}  // namespace mega
