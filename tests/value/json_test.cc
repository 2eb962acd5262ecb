#include "value/json.h"

#include <gtest/gtest.h>

#include <limits>

#include "value/python.h"

namespace mega {
namespace {

using namespace std::string_literals;

Columns columns(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

TEST(Json, ReadsAndWritesTheSameValues) {
  const struct {
    const char* name;
    std::string text;
    Value value;
  } cases[] = {
      {"null", "null", nullptr},
      {"true", "true", true},
      {"false", "false", false},
      {"zero", "0", 0},
      {"an integer", "-3306", -3306},
      {"the largest of 64 bits", "9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"the smallest of 64 bits", "-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"a wide integer", "18446744073709551616", Digits{"18446744073709551616"}},
      {"a wide negative integer", "-9223372036854775809", Digits{"-9223372036854775809"}},
      {"a real", "0.1", 0.1},
      {"a whole real", "1.0", 1.0},
      {"a real with an exponent", "1e+16", 1e16},
      {"text", "\"a/'\"", "a/'"},
      {"empty text", "\"\"", ""},
      {"escapes", R"("\"\\\n\r\t\u0000\u001f")", "\"\\\n\r\t\0\x1f"s},
      {"UTF-8", "\"\xe4\xb8\xad\xf0\x9f\x98\x80\"", "\xe4\xb8\xad\xf0\x9f\x98\x80"},
      {"bytes", R"({"base64":"/wA="})", Bytes{"\xff\0"s}},
      {"no bytes", R"({"base64":""})", Bytes{}},
      {"an object named so whose value is none", R"({"base64":"a"})", Map{{"base64", "a"}}},
      {"an object named so of two", R"({"base64":"aGk=","b":1})",
       Map{{"base64", "aGk="}, {"b", 1}}},
      {"an array", R"([1,[],["a"]])", List{1, List{}, List{"a"}}},
      {"an object", R"({"b":1,"a":{"c":null},"":[]})",
       Map{{"b", 1}, {"a", Map{{"c", nullptr}}}, {"", List{}}}},
      {"an empty object", "{}", Map{}},
      {"an envelope", R"({"ID":7,"HEAD":"MEGA","ARGS":{"ip":"10.0.0.1"}})",
       Map{{"ID", 7}, {"HEAD", "MEGA"}, {"ARGS", Map{{"ip", "10.0.0.1"}}}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_json(c.text);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_TRUE(*value == c.value) << to_python(*value);
    EXPECT_EQ(to_json(c.value), c.text);
  }
}

TEST(ParseJson, ReadsOtherSpellings) {
  const struct {
    const char* name;
    std::string text;
    Value value;
  } cases[] = {
      {"white space", " \t\r\n[ 1 , 2 ]\n", List{1, 2}},
      {"minus zero", "-0", 0},
      {"a large E", "1E2", 100.0},
      {"escaped text", R"("\/\b\f\u4e2d\ud83d\ude00")", "/\b\f\xe4\xb8\xad\xf0\x9f\x98\x80"},
      {"a name that comes again", R"({"a":1,"b":2,"a":3})", Map{{"a", 3}, {"b", 2}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_json(c.text);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_TRUE(*value == c.value) << to_python(*value);
  }
}

TEST(WriteJson, WritesWhatJsonLacks) {
  const struct {
    const char* name;
    Value value;
    std::string text;
  } cases[] = {
      {"a tuple", Tuple{{1, 2}}, "[1,2]"},
      {"a set", Set{{1}}, "[1]"},
      {"not a number", std::numeric_limits<double>::quiet_NaN(), "null"},
      {"infinity", -std::numeric_limits<double>::infinity(), "null"},
      {"text that is no UTF-8", "caf\xe9", R"({"base64":"Y2Fm6Q=="})"},
      {"keys that are no text", Map{{1, "a"}, {Tuple{{"b", nullptr}}, "c"}},
       R"~({"1":"a","('b', None)":"c"})~"},
      {"a key that is no UTF-8", Map{{"\xff", 1}}, R"({"'\\xff'":1})"},
      {"a row", Row{columns({"id", "name"}), {1, nullptr}}, R"({"id":1,"name":null})"},
      {"rows", Rows{columns({"id", "a\"b"}), {1, "x", 2, 0.5}},
       R"([{"id":1,"a\"b":"x"},{"id":2,"a\"b":0.5}])"},
      {"no rows", Rows{columns({"id"}), {}}, "[]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_json(c.value), c.text);
    EXPECT_TRUE(parse_json(c.text));
  }
}

TEST(WriteJson, WritesTimesAsIso8601) {
  const Time time{1406787187};
  EXPECT_EQ(to_json(List{time}), "[\"" + format_iso(time) + "\"]");
}

TEST(ParseJson, RefusesWithTheReasonAndTheLine) {
  const struct {
    const char* name;
    std::string text;
    std::string message;
  } cases[] = {
      {"nothing", "", "The document is empty\n  \n  ^"},
      {"blanks", "  ", "The document is empty\n    \n    ^"},
      {"a missing comma", "[1 2]",
       "Missing a comma or ']' after an array element\n  [1 2]\n     ^"},
      {"a second line", "{\"a\": 1,\n \"b\" 2}",
       "Missing a colon after a name of object member, in line 2\n   \"b\" 2}\n       ^"},
      {"single quotes", "{'a': 1}", "Missing a name for object member\n  {'a': 1}\n   ^"},
      {"two values", "1 2", "The document root must not be followed by other values\n  1 2\n    ^"},
      {"a zero byte behind", "1\0 2"s, "a zero byte behind the value\n  1\\x00 2\n   ^"},
      {"bytes that are no UTF-8", "[\"a\xff\"]", "no UTF-8\n  [\"a\\xff\"]\n     ^"},
      {"a surrogate alone", R"(["\udc00"])",
       "half of a surrogate pair\n  [\"\\udc00\"]\n           ^"},
      {"a byte order mark", "\xef\xbb\xbf{}", "Invalid value\n  \xef\xbb\xbf{}\n  ^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_json(c.text);
    ASSERT_FALSE(value) << to_python(*value);
    EXPECT_EQ(value.error().code, Errc::invalid_argument);
    EXPECT_EQ(value.error().message, c.message);
  }
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  const char* const texts[] = {
      "nul",       "True",        "+1",       "01",         ".5",    "1.",        "1e",
      "0x1",       "1L",          "'a'",      "\"a",        "[",     "[1,]",      "[,1]",
      "{",         "{\"a\"}",     "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1] // no", "NaN",
      "\"\\x41\"", "\"\\ud83d\"", "\"a\nb\"", "\"\t\"",     "]",     "[1}",
  };
  for (const char* text : texts) {
    SCOPED_TRACE(text);
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << to_python(*value);
    EXPECT_NE(value.error().message.find('^'), std::string::npos);
  }
}

TEST(ParseJson, BoundsDepthAndDigits) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(value_depth_max)));
  for (const auto& text : {nested(value_depth_max + 1), std::string(1'000'000, '[')}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value);
    EXPECT_TRUE(value.error().message.starts_with("brackets nest deeper than 100"));
  }
  EXPECT_TRUE(parse_json(std::string(308, '7')));
  EXPECT_FALSE(parse_json(std::string(310, '7')));
  EXPECT_FALSE(parse_json("1e999"));
  EXPECT_FALSE(parse_json("3e308"));
}

TEST(ParseJson, RefusesEachBeginningOfAText) {
  const std::string text =
      R"({"ID": 7, "ARGS": {"ip": ["10.0.0.1", -1.5e3, null], "a": "\u4e2d\n"}, "TOOL": true})";
  ASSERT_TRUE(parse_json(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    SCOPED_TRACE(text.substr(0, size));
    EXPECT_FALSE(parse_json(text.substr(0, size)));
  }
}

TEST(PrettyJson, GivesRowsALineEach) {
  const Value answer = Map{{"rows", Rows{columns({"id", "name"}), {1, "a", 2, nullptr}}},
                           {"maps", List{Map{{"a", 1}, {"b", Bytes{"\xff"}}}, Map{{"c", List{2}}}}},
                           {"empty", List{List{}, Map{}}}};
  EXPECT_EQ(to_pretty_json(answer), R"({
  "rows": [
    {"id": 1, "name": "a"},
    {"id": 2, "name": null}
  ],
  "maps": [
    {"a": 1, "b": {"base64": "/w=="}},
    {
      "c": [
        2
      ]
    }
  ],
  "empty": [
    [],
    {}
  ]
})");
  EXPECT_EQ(to_pretty_json(Row{columns({"id"}), {1}}), "{\n  \"id\": 1\n}");
  EXPECT_EQ(to_pretty_json(0), "0");
}

}  // namespace
}  // namespace mega
