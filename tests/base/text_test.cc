#include "base/text.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include <climits>

namespace mega {
namespace {

using namespace std::string_literals;

TEST(Quoted, ShowsWhatSomebodySentWithoutItsTricks) {
  const struct {
    const char* name;
    std::string text;
    std::size_t bytes_max;
    std::string shown;
  } cases[] = {
      {"empty", "", 60, R"("")"},
      {"plain", "get_server", 60, R"("get_server")"},
      {"quotes and backslashes", R"(a"b\c)", 60, R"("a\"b\\c")"},
      {"lines", "a\nb\tc\r", 60, R"("a\nb\tc\r")"},
      {"a zero byte", "a\0b"s, 60, R"("a\x00b")"},
      {"UTF-8", "主库", 60, R"("主库")"},
      {"no UTF-8", "a\xff\xe4\xb8", 60, R"("a\xff\xe4\xb8")"},
      {"as long as allowed", "abc", 3, R"("abc")"},
      {"too long", "abcd", 3, R"("abc"...)"},
      {"cut between characters", "a主库", 5, R"("a主"...)"},
      {"nothing allowed", "a", 0, R"(""...)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(quoted(c.text, c.bytes_max), c.shown);
  }
}

TEST(OneLine, EscapesEachControlByteAndNothingElse) {
  for (int byte = 0; byte < 0x80; ++byte) {
    SCOPED_TRACE(byte);
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "b";
    const std::string line = one_line(text);
    const bool control = byte < 0x20 || byte == 0x7f;
    EXPECT_EQ(line == text, !control);
    EXPECT_TRUE(line.starts_with("a") && line.ends_with("b"));
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
  EXPECT_EQ(one_line("\n\t\r\x1b\x7f"), R"(\n\t\r\x1b\x7f)");
}

TEST(OneLine, EscapesEachByteThatIsNoUtf8) {
  for (int byte = 0x80; byte < 0x100; ++byte) {
    const std::string line = one_line(std::string(1, static_cast<char>(byte)));
    EXPECT_EQ(line, fmt::format("\\x{:02x}", byte));
  }
}

TEST(OneLine, EscapesCharactersThatSteerATerminalOrTurnTheLine) {
  const struct {
    const char* name;
    std::string text;
    std::string line;
  } cases[] = {
      {"Chinese stays", "备份完成", "备份完成"},
      {"CSI of eight bits", "\u009b31m", R"(\u009b31m)"},
      {"next line", "a\u0085b", R"(a\u0085b)"},
      {"line separator", "a\u2028b", R"(a\u2028b)"},
      {"right to left", "a\u202eb", R"(a\u202eb)"},
      {"isolate", "a\u2066b", R"(a\u2066b)"},
      {"the first letter after them", "\u00a0", "\u00a0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(one_line(c.text), c.line);
  }
}

TEST(IsUtf8, FollowsTheStandard) {
  const struct {
    const char* name;
    std::string text;
    bool valid;
  } cases[] = {
      {"empty", "", true},
      {"ASCII with a zero byte", "a\0"s, true},
      {"two bytes", "\xc2\x80", true},
      {"three bytes", "\xe4\xb8\xad", true},
      {"four bytes", "\xf4\x8f\xbf\xbf", true},
      {"cut short", "\xe4\xb8", false},
      {"a lone continuation", "\x80", false},
      {"overlong slash", "\xc0\xaf", false},
      {"overlong in three", "\xe0\x80\xaf", false},
      {"overlong in four", "\xf0\x80\x80\xaf", false},
      {"surrogate", "\xed\xa0\x80", false},
      {"beyond Unicode", "\xf4\x90\x80\x80", false},
      {"five bytes", "\xf8\x88\x80\x80\x80", false},
      {"good, then bad", "中\xff", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_utf8(c.text), c.valid);
  }
}

TEST(DisplayWidth, CountsColumns) {
  const struct {
    const char* name;
    std::string text;
    std::size_t columns;
  } cases[] = {
      {"empty", "", 0},
      {"ASCII", "server", 6},
      {"Latin", "Größe", 5},
      {"Cyrillic", "сервер", 6},
      {"Chinese", "主库", 4},
      {"Chinese beyond 16 bits", "\U00020000", 2},
      {"Hangul syllables", "서버", 4},
      {"Hangul letters of one syllable", "\u1112\u1161\u11ab", 2},
      {"Kana", "サーバ", 6},
      {"half-width Kana", "\uff76\uff85", 2},
      {"full-width digits", "\uff11\uff12", 4},
      {"a combining accent", "e\u0301", 1},
      {"zero-width space", "a\u200bb", 2},
      {"emoji", "\U0001f600", 2},
      {"box drawing", "│", 1},
      {"control bytes", "a\nb\x7f", 2},
      {"no UTF-8", "a\xff\xff", 3},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(display_width(c.text), c.columns);
  }
}

TEST(Trim, TakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \v\f"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\u00a0a"), "\u00a0a");
}

TEST(ToLower, TouchesAsciiOnly) { EXPECT_EQ(to_lower("MEGA_Ä9"), "mega_Ä9"); }

TEST(Split, KeepsEmptyParts) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("", ','), (Parts{""}));
  EXPECT_EQ(split("a", ','), (Parts{"a"}));
  EXPECT_EQ(split(",a,,b,", ','), (Parts{"", "a", "", "b", ""}));
}

TEST(JoinText, PutsTheSeparatorBetweenPartsOnly) {
  EXPECT_EQ(join_text(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(join_text(std::vector<std::string>{"a"}, ", "), "a");
  EXPECT_EQ(join_text(std::vector<std::string>{"", "b", ""}, ", "), ", b, ");
}

TEST(ParseInteger, TakesAWholeDecimalNumberOrNothing) {
  const struct {
    std::string text;
    std::optional<long long> number;
  } cases[] = {
      {"0", 0},
      {"1104", 1104},
      {"-1", -1},
      {"007", 7},
      {"9223372036854775807", LLONG_MAX},
      {"-9223372036854775808", LLONG_MIN},
      {"9223372036854775808", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+1", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1.0", std::nullopt},
      {"0x10", std::nullopt},
      {"1\0"s, std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_integer(c.text), c.number);
  }
}

TEST(Base64, HasTheVectorsOfRfc4648) {
  const struct {
    std::string bytes;
    std::string text;
  } cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\0\xff\xfe"s, "AP/+"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(encode_base64(c.bytes), c.text);
    EXPECT_EQ(decode_base64(c.text), c.bytes);
  }
}

TEST(Base64, GivesBackEveryByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes += static_cast<char>(byte);
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatIsNotItsOwn) {
  for (const std::string text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==",
                                 "Zm9v\n", "Zm 9", "Zh==", "Zm9=", "Zm9-", "Z=9v"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(decode_base64(text), std::nullopt);
  }
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names{"get_server", "get_instance", "get_all_server", "keepalive",
                                       "log_level"};
  const struct {
    std::string typed;
    std::optional<std::string> meant;
  } cases[] = {
      {"get_sever", "get_server"},       // a letter is missing
      {"get_serverr", "get_server"},     // one too many
      {"gte_server", "get_server"},      // swapped: counts once
      {"GET_SERVER", "get_server"},      // case does not count
      {"get-instance", "get_instance"},  // replaced
      {"get_all_servers", "get_all_server"},
      {"keepalvie", "keepalive"},
      {"loglevel", "log_level"},
      {"quux", std::nullopt},
      {"", std::nullopt},
      {"get", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.typed);
    EXPECT_EQ(nearest(c.typed, names), c.meant);
  }
  EXPECT_EQ(nearest(std::string(1 << 20, 'x'), names), std::nullopt);
}

TEST(Nearest, NeedsTwoThirdsOfTheLetters) {
  const std::vector<std::string> names{"abcdef"};
  EXPECT_EQ(nearest("abcdxx", names), "abcdef");
  EXPECT_EQ(nearest("abcxxx", names), std::nullopt);
}

TEST(DidYouMean, StandsBehindAnError) {
  const std::vector<std::string> names{"reader", "operator"};
  EXPECT_EQ(did_you_mean("raeder", names), ", did you mean 'reader'?");
  EXPECT_EQ(did_you_mean("admin", names), "");
}

}  // namespace
}  // namespace mega
