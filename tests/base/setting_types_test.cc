#include <gtest/gtest.h>

#include <climits>

#include "base/settings.h"

namespace mega {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, ReadsEveryUnit) {
  const struct {
    std::string text;
    std::int64_t ms;
  } cases[] = {
      {"0", 0},
      {"300", 300'000},
      {"300s", 300'000},
      {"1500ms", 1500},
      {"10m", 600'000},
      {"12h", 43'200'000},
      {"7d", 604'800'000},
      {"0ms", 0},
      {"007", 7000},
      {"106751991167d", 9'223'372'036'828'800'000},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto length = parse_duration(c.text);
    ASSERT_TRUE(length.has_value());
    EXPECT_EQ(length->count(), c.ms);
  }
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "s", "-1", "-1s", "+1", "1.5s", "5 s", " 5", "5x", "5S", "5min", "1h30m",
        "106751991168d", "9223372036854775808", "9223372036854775807"}) {
    SCOPED_TRACE(text);
    const auto length = parse_duration(text);
    ASSERT_FALSE(length.has_value());
    EXPECT_EQ(length.error().code, Errc::invalid_argument);
    EXPECT_NE(length.error().message.find('"' + text + '"'), std::string::npos);
  }
}

TEST(FormatDuration, UsesTheLargestUnitThatDivides) {
  const struct {
    std::int64_t ms;
    std::string text;
  } cases[] = {
      {0, "0"},
      {1, "1ms"},
      {1500, "1500ms"},
      {1000, "1s"},
      {90'000, "90s"},
      {300'000, "5m"},
      {43'200'000, "12h"},
      {86'400'000, "1d"},
      {604'800'000, "7d"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(format_duration(milliseconds(c.ms)), c.text);
    EXPECT_EQ(parse_duration(c.text)->count(), c.ms);
  }
}

TEST(ParseBytes, ReadsEveryUnit) {
  const struct {
    std::string text;
    std::int64_t bytes;
  } cases[] = {
      {"0", 0},
      {"1048576", 1048576},
      {"1KiB", 1024},
      {"64MiB", 67108864},
      {"2GiB", 2147483648},
      {"9223372036854775807", LLONG_MAX},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto count = parse_bytes(c.text);
    ASSERT_TRUE(count.has_value());
    EXPECT_EQ(count->bytes, c.bytes);
  }
}

TEST(ParseBytes, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "-1", "KiB", "64M", "64MB", "64mib", "1.5GiB", "64 MiB", "8589934592GiB"}) {
    SCOPED_TRACE(text);
    const auto count = parse_bytes(text);
    ASSERT_FALSE(count.has_value());
    EXPECT_EQ(count.error().code, Errc::invalid_argument);
    EXPECT_NE(count.error().message.find("64MiB"), std::string::npos);
  }
}

TEST(FormatBytes, UsesTheLargestUnitThatDivides) {
  EXPECT_EQ(format_bytes({0}), "0");
  EXPECT_EQ(format_bytes({1}), "1");
  EXPECT_EQ(format_bytes({1025}), "1025");
  EXPECT_EQ(format_bytes({1024}), "1KiB");
  EXPECT_EQ(format_bytes({64 << 20}), "64MiB");
  EXPECT_EQ(format_bytes({3LL << 30}), "3GiB");
}

TEST(SettingType, ListsAreSplitAtCommas) {
  using List = std::vector<std::string>;
  EXPECT_EQ(*SettingType<List>::from_text(""), List{});
  EXPECT_EQ(*SettingType<List>::from_text("a"), List{"a"});
  EXPECT_EQ(*SettingType<List>::from_text("a, b,,c ,"), (List{"a", "b", "c"}));
  EXPECT_EQ(SettingType<List>::to_text({"a", "b"}), "a,b");
}

TEST(SettingType, FlagsHaveTheUsualWords) {
  for (const std::string text : {"true", "TRUE", "yes", "on", "1"}) {
    EXPECT_EQ(SettingType<bool>::from_text(text).value(), true) << text;
  }
  for (const std::string text : {"false", "No", "off", "0"}) {
    EXPECT_EQ(SettingType<bool>::from_text(text).value(), false) << text;
  }
  for (const std::string text : {"", "2", "y", "tru"}) {
    EXPECT_FALSE(SettingType<bool>::from_text(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mega
