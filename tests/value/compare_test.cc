#include "value/compare.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Wildcards, StandForAnyCharacters) {
  const struct {
    const char *pattern, *text;
    bool matches;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"a*", "abc", true},
      {"*c", "abc", true},
      {"a*c", "abbc", true},
      {"a*c", "abcd", false},
      {"*b*", "abc", true},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"?", "\xe4\xb8\xad", true},
      {"??", "\xe4\xb8\xad", false},
      {"**a**", "a", true},
      {"a*b*c", "a1b2b3c", true},
      {"A*", "abc", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.pattern << " against " << c.text);
    EXPECT_EQ(matches_wildcards(c.pattern, c.text), c.matches);
  }
}

TEST(Wildcards, DoNotTakeExponentialTime) {
  const std::string text(3000, 'a');
  std::string pattern;
  for (int i = 0; i < 300; ++i) pattern += "*a";
  EXPECT_TRUE(matches_wildcards(pattern, text));
  EXPECT_FALSE(matches_wildcards(pattern + "b", text));
}

TEST(Versions, AreComparedNumberByNumber) {
  const struct {
    const char *a, *b;
    int sign;
  } cases[] = {
      {"10.11.6", "10.11.6", 0},
      {"10.9", "10.11", -1},
      {"10.11", "10.11.0", 0},
      {"10.11.6-MariaDB-log", "10.11.6", 0},
      {"5.07", "5.7", 0},
      {"8.0.36", "8.0.4", 1},
      {"99999999999999999999999", "99999999999999999999998", 1},
      {"0", "00.0", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.a << " and " << c.b);
    const auto order = compare_versions(c.a, c.b);
    ASSERT_TRUE(order);
    EXPECT_EQ(*order <=> 0, c.sign <=> 0);
    EXPECT_EQ(*compare_versions(c.b, c.a) <=> 0, 0 <=> c.sign);
  }
  EXPECT_FALSE(compare_versions("", "1"));
  EXPECT_FALSE(compare_versions("1", "MariaDB"));
}

TEST(Versions, BeginWithWholeNumbersOnly) {
  const struct {
    const char *version, *prefix;
    bool begins;
  } cases[] = {
      {"10.11.6", "10.11", true}, {"10.11", "10.11", true},   {"10.1", "10.11", false},
      {"110.11", "10.11", false}, {"10.110", "10.11", false}, {"10.11.6-MariaDB", "10.11.6", true},
      {"10", "10.11", false},     {"", "10", false},          {"10.11.6", "10.", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.version << " with " << c.prefix);
    EXPECT_EQ(version_begins_with(c.version, c.prefix), c.begins);
  }
}

TEST(Addresses, AreOrderedByTheirBytes) {
  const char* const ascending[] = {"0.0.0.0",     "9.255.255.255", "10.0.0.2", "10.0.0.11",
                                   "10.0.1.0",    "192.168.0.1",   "::",       "::1",
                                   "2001:db8::2", "2001:db8::10",  "fe80::1"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(compare_addresses(ascending[i], ascending[j]), i <=> j)
          << ascending[i] << " and " << ascending[j];
    }
  }
  EXPECT_EQ(compare_addresses("2001:DB8:0::1", "2001:db8::1"), std::strong_ordering::equal);
  for (const char* other : {"", "10.1", "db1", "10.0.0.256", ":", "10.0.0.0/8"}) {
    for (const char* address : {"10.0.0.1", "::1", ""}) {
      EXPECT_FALSE(compare_addresses(other, address).has_value()) << other << " " << address;
      EXPECT_FALSE(compare_addresses(address, other).has_value()) << address << " " << other;
    }
  }
}

TEST(Networks, HoldTheAddressesWithTheirFirstBits) {
  const struct {
    const char *network, *address;
    bool holds;
  } cases[] = {
      {"10.1.0.0/16", "10.1.255.255", true},  {"10.1.0.0/16", "10.2.0.0", false},
      {"10.1.2.3/8", "10.9.9.9", true},       {"10.1.2.128/25", "10.1.2.129", true},
      {"10.1.2.128/25", "10.1.2.127", false}, {"0.0.0.0/0", "192.168.0.1", true},
      {"10.1.2.3/32", "10.1.2.3", true},      {"2001:db8::/32", "2001:db8:1::5", true},
      {"2001:db8::/32", "2001:db9::", false}, {"::/0", "10.0.0.1", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.network << " and " << c.address);
    const auto network = Network::parse(c.network);
    ASSERT_TRUE(network);
    EXPECT_EQ(network->holds(c.address), c.holds);
  }
  for (const char* wrong : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "/8",
                            "10.0.0.0/", "10.0.0.0/8x"}) {
    EXPECT_FALSE(Network::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace mega
