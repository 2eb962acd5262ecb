// The setting legacy.allow, common to servers and daemons, and AddressRanges: a list of networks,
// such as "10.0.0.0/8" or "::1".
#pragma once

#include "base/result.h"
#include "base/settings.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class AddressRanges {
 public:
  // Each text is an address or ADDRESS/BITS, IPv4 or IPv6. Errors: invalid_argument, naming a text
  // that is neither or has bits set after its prefix.
  static Result<AddressRanges> parse(const std::vector<std::string>& texts);

  // `address` is in the format of inet_ntop; an IPv4-mapped IPv6 address (::ffff:10.0.0.1) counts
  // as IPv4. False for any other text.
  bool contains(std::string_view address) const;

  // Whether the ranges include addresses of other hosts.
  bool reach_beyond_loopback() const;

 private:
  using Bits = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
  struct Range {
    Bits network;
    int prefix;  // of the 128 bits
  };
  static bool read(std::string_view text, Bits& bits, bool& v4);
  static bool in(const Range& range, const Bits& bits);

  std::vector<Range> ranges_;
};

// The addresses that may use the legacy dialect. Errors: invalid_argument, with the setting's name.
Result<AddressRanges> legacy_allow(const Settings& settings);

}  // namespace mega
