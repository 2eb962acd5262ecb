// AddressRanges: the networks that a setting lists, such as "10.0.0.0/8" or "::1".
//
// The setting legacy.allow, which servers and daemons have in common.
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
  // Each an address or ADDRESS/BITS, IPv4 or IPv6.
  // Errors: invalid_argument, naming what is neither or has bits set behind its prefix.
  static Result<AddressRanges> parse(const std::vector<std::string>& texts);

  // `address` as inet_ntop writes it; an IPv4 address inside IPv6 (::ffff:10.0.0.1) is its IPv4
  // self. False for what is no address.
  bool contains(std::string_view address) const;

  // Whether it holds addresses of other hosts than this one.
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

// Addresses that may speak the legacy dialect. Errors: invalid_argument, naming the setting.
Result<AddressRanges> legacy_allow(const Settings& settings);

}  // namespace mega
