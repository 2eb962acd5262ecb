#include "trust/legacy_allow.h"

#include "base/text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace mega {
namespace {

const Setting<std::vector<std::string>> allow{
    "legacy.allow",
    {"127.0.0.0/8", "::1"},
    "NETWORK",
    "Peers that may speak the legacy dialect of 2014, in the clear",
    {.flag_of = {"server", "daemon"}}};

}  // namespace

bool AddressRanges::read(std::string_view text, Bits& bits, bool& v4) {
  const std::string copy(text);
  std::uint8_t four[4];
  if (inet_pton(AF_INET, copy.c_str(), four) == 1) {
    bits = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, four[0], four[1], four[2], four[3]};
    v4 = true;
    return true;
  }
  v4 = false;
  return inet_pton(AF_INET6, copy.c_str(), bits.data()) == 1;
}

bool AddressRanges::in(const Range& range, const Bits& bits) {
  const auto whole = static_cast<std::size_t>(range.prefix / 8);
  if (std::memcmp(range.network.data(), bits.data(), whole) != 0) return false;
  const int rest = range.prefix % 8;
  if (rest == 0) return true;
  const int mask = 0xff00 >> rest & 0xff;
  return ((range.network[whole] ^ bits[whole]) & mask) == 0;
}

Result<AddressRanges> AddressRanges::parse(const std::vector<std::string>& texts) {
  AddressRanges all;
  for (const std::string& text : texts) {
    const auto slash = text.find('/');
    Range range{};
    bool v4 = false;
    if (!read(std::string_view(text).substr(0, slash), range.network, v4)) {
      return fail(Errc::invalid_argument, "{} is no address and no network like 10.0.0.0/8",
                  quoted(text));
    }
    const int bits_max = v4 ? 32 : 128;
    range.prefix = 128;
    if (slash != std::string::npos) {
      const auto prefix = parse_integer(std::string_view(text).substr(slash + 1));
      if (!prefix || *prefix < 0 || *prefix > bits_max) {
        return fail(Errc::invalid_argument, "{}: the number behind the slash must be 0 to {}",
                    quoted(text), bits_max);
      }
      range.prefix = static_cast<int>(*prefix) + (128 - bits_max);
    }
    // 10.1.2.3/8 is more likely a mistake than a way to write 10.0.0.0/8.
    Bits outside = range.network;
    for (int bit = 0; bit < range.prefix; ++bit) {
      outside[static_cast<std::size_t>(bit / 8)] &=
          static_cast<std::uint8_t>(~(0x80 >> bit % 8) & 0xff);
    }
    if (std::ranges::any_of(outside, [](std::uint8_t byte) { return byte != 0; })) {
      return fail(Errc::invalid_argument, "{} has bits set behind its prefix", quoted(text));
    }
    all.ranges_.push_back(range);
  }
  return all;
}

bool AddressRanges::contains(std::string_view address) const {
  Bits bits;
  bool v4 = false;
  if (!read(address, bits, v4)) return false;
  return std::ranges::any_of(ranges_, [&](const Range& range) { return in(range, bits); });
}

bool AddressRanges::reach_beyond_loopback() const {
  const AddressRanges loopback = *parse({"127.0.0.0/8", "::1"});
  return !std::ranges::all_of(ranges_, [&](const Range& range) {
    return std::ranges::any_of(loopback.ranges_, [&](const Range& own) {
      return range.prefix >= own.prefix && in(own, range.network);
    });
  });
}

Result<AddressRanges> legacy_allow(const Settings& settings) {
  auto ranges = AddressRanges::parse(settings[allow]);
  if (ranges) return ranges;
  return fail(ranges.error().code, "{}: {}", allow.name(), ranges.error().message);
}

}  // namespace mega
