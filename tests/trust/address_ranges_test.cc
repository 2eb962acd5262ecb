#include "trust/legacy_allow.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(AddressRanges, HoldTheAddressesOfTheirNetworks) {
  const struct {
    const char* name;
    std::vector<std::string> ranges;
    const char* address;
    bool inside;
  } cases[] = {
      {"none at all", {}, "127.0.0.1", false},
      {"the address itself", {"10.0.0.1"}, "10.0.0.1", true},
      {"its neighbour", {"10.0.0.1"}, "10.0.0.2", false},
      {"the last of a /8", {"127.0.0.0/8"}, "127.255.255.255", true},
      {"behind a /8", {"127.0.0.0/8"}, "128.0.0.0", false},
      {"a prefix within a byte", {"10.0.0.128/25"}, "10.0.0.129", true},
      {"below a prefix within a byte", {"10.0.0.128/25"}, "10.0.0.127", false},
      {"every IPv4 address", {"0.0.0.0/0"}, "8.8.8.8", true},
      {"no IPv6 address by an IPv4 range", {"0.0.0.0/0"}, "::1", false},
      {"IPv4 inside IPv6", {"10.0.0.0/8"}, "::ffff:10.1.2.3", true},
      {"IPv6", {"2001:db8::/32"}, "2001:db8:1::5", true},
      {"other IPv6", {"2001:db8::/32"}, "2001:db9::5", false},
      {"the second of two", {"10.0.0.0/8", "::1"}, "::1", true},
      {"no address", {"0.0.0.0/0"}, "localhost", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto ranges = AddressRanges::parse(c.ranges);
    ASSERT_TRUE(ranges) << ranges.error().message;
    EXPECT_EQ(ranges->contains(c.address), c.inside);
  }
}

TEST(AddressRanges, KnowWhetherTheyReachBeyondLoopback) {
  const struct {
    std::vector<std::string> ranges;
    bool beyond;
  } cases[] = {
      {{}, false},
      {{"127.0.0.0/8", "::1"}, false},
      {{"127.0.0.1", "127.5.0.0/16"}, false},
      {{"126.0.0.0/7"}, true},
      {{"127.0.0.1", "10.0.0.0/8"}, true},
      {{"::/0"}, true},
      {{"0.0.0.0/0"}, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.ranges));
    const auto ranges = AddressRanges::parse(c.ranges);
    ASSERT_TRUE(ranges) << ranges.error().message;
    EXPECT_EQ(ranges->reach_beyond_loopback(), c.beyond);
  }
}

TEST(AddressRanges, RefuseWhatIsNoNetwork) {
  for (const char* text : {"", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
                           "10.0.0.0/8x", "10.0.0.1/8", "::1/129", "2001:db8::1/32", "/8"}) {
    SCOPED_TRACE(text);
    const auto ranges = AddressRanges::parse({text});
    ASSERT_FALSE(ranges);
    EXPECT_EQ(ranges.error().code, Errc::invalid_argument);
    EXPECT_NE(ranges.error().message.find(std::string("\"") + text + "\""), std::string::npos)
        << ranges.error().message;
  }
}

}  // namespace
}  // namespace mega
