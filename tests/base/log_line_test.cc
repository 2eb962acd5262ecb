#include "base/log_line.h"

#include "tests/support/variable.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using namespace std::string_literals;

// The zone of the seed's example, for as long as it lives.
class Shanghai {
 public:
  Shanghai() : tz_(std::in_place, "TZ", "CST-8") { reload_time_zone(); }
  Shanghai(const Shanghai&) = delete;
  ~Shanghai() {
    tz_.reset();
    reload_time_zone();
  }

 private:
  std::optional<Variable> tz_;
};

constexpr Time then{1406787187};

TEST(TextLine, IsTheSeedsFormat) {
  const Shanghai zone;
  const struct {
    std::string_view name;
    LogLevel level;
    std::string_view message;
    std::string line;
  } cases[] = {
      {"API-tool", LogLevel::debug, "Receive upgrade request: ['192.168.199.245']",
       "2014-07-31 14:13:07 API-tool     DEBUG Receive upgrade request: ['192.168.199.245']\n"},
      {"serve", LogLevel::info, "peer=10.0.0.7:51532 frames=3 left",
       "2014-07-31 14:13:07 serve        INFO  peer=10.0.0.7:51532 frames=3 left\n"},
      {"twelve_chars", LogLevel::warn, "x", "2014-07-31 14:13:07 twelve_chars WARN  x\n"},
      {"more_than_twelve", LogLevel::error, "x", "2014-07-31 14:13:07 more_than_twelve ERROR x\n"},
      {"", LogLevel::info, "", "2014-07-31 14:13:07              INFO  \n"},
      {"a\nb", LogLevel::info, "c\nd\re\x1b[31m",
       "2014-07-31 14:13:07 a\\nb         INFO  c\\nd\\re\\x1b[31m\n"},
      {"utf8", LogLevel::info, "备份\xff", "2014-07-31 14:13:07 utf8         INFO  备份\\xff\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    EXPECT_EQ(text_line({then, c.name, c.level, c.message}), c.line);
  }
}

TEST(JsonLine, IsOneObject) {
  const Shanghai zone;
  EXPECT_EQ(json_line({then, "serve", LogLevel::info, "a \"b\" \\ \n\t\x7f\u2028 中\xff"}),
            "{\"time\":\"2014-07-31T14:13:07+08:00\",\"name\":\"serve\",\"level\":\"info\","
            "\"message\":\"a \\\"b\\\" \\\\ \\u000a\\u0009\\u007f\\u2028 中\\\\xff\"}\n");
}

TEST(LogLines, HoldNoControlByteButTheLastNewline) {
  for (int byte = 0; byte < 256; ++byte) {
    SCOPED_TRACE(byte);
    const std::string message = "a" + std::string(1, static_cast<char>(byte)) + "b";
    for (std::string line : {text_line({then, message, LogLevel::info, message}),
                             json_line({then, message, LogLevel::info, message})}) {
      ASSERT_EQ(line.back(), '\n');
      line.pop_back();
      for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
    }
  }
}

TEST(LogLines, ShowTheBeginningOfALongMessage) {
  const std::string longest(log_message_bytes_max, 'x');
  EXPECT_TRUE(text_line({then, "n", LogLevel::info, longest}).ends_with("x\n"));
  const std::string line = text_line({then, "n", LogLevel::info, longest + "Z"});
  EXPECT_TRUE(line.ends_with("x... (32769 bytes in all)\n"));
  EXPECT_EQ(line.find('Z'), std::string::npos);
  EXPECT_TRUE(json_line({then, "n", LogLevel::info, longest + "Z"})
                  .ends_with("x... (32769 bytes in all)\"}\n"));
}

TEST(LogLines, CutBetweenTwoCharacters) {
  const std::string message = std::string(log_message_bytes_max - 2, 'x') + "中中";
  const std::string line = text_line({then, "n", LogLevel::info, message});
  EXPECT_TRUE(line.ends_with("x... (32772 bytes in all)\n"));
}

}  // namespace
}  // namespace mega
