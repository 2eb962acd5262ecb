// Comparisons for the operators of a condition, one for each kind of cell. Pure.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Whether the pattern matches all of `text`: * is any characters, ? is one character of UTF-8.
// Takes at most pattern times text steps.
bool matches_wildcards(std::string_view pattern, std::string_view text);

// Ignores the case of ASCII letters.
bool contains_ignoring_case(std::string_view text, std::string_view part);

// Compares versions by their leading numbers: "10.11.6-MariaDB" is 10, 11, 6. The numbers may have
// any length; a missing one counts as 0. nullopt: `a` or `b` does not begin with a number.
std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b);

// "10.11": nothing but numbers and dots.
bool is_plain_version(std::string_view text);

// 10.11.6-MariaDB begins with 10.11, 110.11 does not. Requires: is_plain_version(prefix).
bool version_begins_with(std::string_view version, std::string_view prefix);

// By their bytes, so that 10.0.0.11 is above 10.0.0.2; IPv4 before IPv6. nullopt: one of them is no
// address.
std::optional<std::strong_ordering> compare_addresses(std::string_view a, std::string_view b);

// An IPv4 or IPv6 network, "10.1.0.0/16".
struct Network {
  int family = 0;
  std::string bytes;
  int bits = 0;

  static std::optional<Network> parse(std::string_view text);
  bool holds(std::string_view address) const;
};

}  // namespace mega
