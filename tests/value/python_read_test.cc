// What each form of literal means, checked by hand against the language references of Python 2.7
// and 3; python_oracle_test.cc asks CPython itself about what both have in common.
#include "value/python.h"
#include "value/python_scan.h"
#include "value/python_tokens.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <limits>

namespace mega {
namespace {

using namespace std::string_literals;

Value map(std::vector<Map::Entry> entries) { return Map::from_entries(std::move(entries)); }

void expect_readings(const std::vector<std::tuple<const char*, std::string, Value>>& cases) {
  for (const auto& [name, text, meaning] : cases) {
    SCOPED_TRACE(testing::Message() << name << ": " << text);
    const auto value = parse_python(text);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_TRUE(*value == meaning) << "read as " << kind_name(*value) << " " << to_python(*value);
    LiteralScanner scanner;
    scanner.feed(text);
    EXPECT_TRUE(scanner.whole());
  }
}

TEST(ParsePython, ReadsConstantsAndNumbers) {
  expect_readings({
      {"true", "True", true},
      {"false", "False", false},
      {"none", "None", nullptr},
      {"JSON's true", "true", true},
      {"JSON's false", "false", false},
      {"JSON's null", "null", nullptr},
      {"zero", "0", 0},
      {"zeros", "000", 0},
      {"an integer", "3306", 3306},
      {"a long integer of Python 2", "3306L", 3306},
      {"a small l", "1l", 1},
      {"negative", "-7", -7},
      {"positive", "+7", 7},
      {"a blank behind the sign", "- 7", -7},
      {"octal, as Python 2 reads it", "010", 8},
      {"octal with an L", "0777L", 511},
      {"octal", "0o17", 15},
      {"octal with a large O", "0O17", 15},
      {"hexadecimal", "0xfF", 255},
      {"hexadecimal with an L", "0xFFL", 255},
      {"hexadecimal that ends in e", "0x1e", 30},
      {"binary", "-0b101", -5},
      {"underscores", "1_000_000", 1000000},
      {"an underscore behind the base", "0x_ff", 255},
      {"the largest of 64 bits", "9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"the smallest of 64 bits", "-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"one above", "9223372036854775808", Digits{"9223372036854775808"}},
      {"one below", "-9223372036854775809", Digits{"-9223372036854775809"}},
      {"wide, with an L", "18446744073709551616L", Digits{"18446744073709551616"}},
      {"wide, hexadecimal", "0x10000000000000000", Digits{"18446744073709551616"}},
      {"wide, octal", "-02000000000000000000000", Digits{"-18446744073709551616"}},
      {"wide, binary", "0b1" + std::string(64, '0'), Digits{"18446744073709551616"}},
      {"wide, with zeros inside", "0xde0b6b3a76400000000000000000000",
       Digits{"18446744073709551616000000000000000000"}},
      {"a real", "1.5", 1.5},
      {"a real without fraction", "2.", 2.0},
      {"a real without whole part", ".5", 0.5},
      {"an exponent", "1e3", 1000.0},
      {"a signed exponent", "-2.5E-1", -0.25},
      {"a real is not octal", "010.5", 10.5},
      {"a real with underscores", "1_0.2_5", 10.25},
      {"infinity", "1e999", std::numeric_limits<double>::infinity()},
      {"huge without exponent", "1" + std::string(400, '0') + ".0",
       std::numeric_limits<double>::infinity()},
      {"too small", "1e-999", 0.0},
      {"small by its zeros", "0." + std::string(400, '0') + "1e5", 0.0},
  });
}

TEST(ParsePython, ReadsTextAsPython2MeansIt) {
  expect_readings({
      {"single quotes", "'a\"b'", "a\"b"},
      {"double quotes", "\"a'b\"", "a'b"},
      {"empty", "''", ""},
      {"three quotes", "'''a'b''c\nd'''", "a'b''c\nd"},
      {"three double quotes", R"("""a"b\"""")", "a\"b\""},
      {"empty in three quotes", "''''''", ""},
      {"u", "u'a'", "a"},
      {"U", "U'a'", "a"},
      {"raw", R"(r'\n\'')", R"(\n\')"},
      {"b", "b'a'", "a"},
      {"br", R"(br'\d')", R"(\d)"},
      {"rb", R"(Rb'\d')", R"(\d)"},
      {"ur with a code point", R"(ur'\u4e2d\n')", "\xe4\xb8\xad\\n"},
      {"ur with a backslash before it", R"(ur'\\u4e2d')", R"(\\u4e2d)"},
      {"the short escapes", R"('\\ \' \" \a\b\f\n\r\t\v')", "\\ ' \" \a\b\f\n\r\t\v"},
      {"a line that goes on", "'a\\\nb'", "ab"},
      {"an unknown escape", R"('\d\/')", R"(\d\/)"},
      {"octal escapes", R"('\0\12\1018')", "\0\nA8"s},
      {"octal beyond a byte", R"('\501')", "A"},
      {"bytes that are UTF-8", R"('\xe4\xb8\xad')", "\xe4\xb8\xad"},
      {"bytes that are UTF-8, in octal", R"('\344\270\255')", "\xe4\xb8\xad"},
      {"bytes that are UTF-8, with b", R"(b'\xe4\xb8\xad')", "\xe4\xb8\xad"},
      {"bytes that are UTF-8 once they join", R"('\xe4' '\xb8\xad')", "\xe4\xb8\xad"},
      {"UTF-8 as it is", "'\xe4\xb8\xad'", "\xe4\xb8\xad"},
      {"bytes that are no UTF-8", R"('caf\xe9')", Bytes{"caf\xe9"}},
      {"GBK", R"('\xd6\xd0')", Bytes{"\xd6\xd0"}},
      {"UTF-8 cut inside a character", R"('\xe4\xb8\xad\xe4\xb8')", Bytes{"\xe4\xb8\xad\xe4\xb8"}},
      {"halves of a character that join", R"('\xe4\xb8' '\xad')", "\xe4\xb8\xad"},
      {"UTF-8 beside bytes that are none", "'\xe4\xb8\xad\\xe9'", Bytes{"\xe4\xb8\xad\xe9"}},
      {"escaped UTF-8 beside bytes that are none", R"('\xc3\xa9\xff')", Bytes{"\xc3\xa9\xff"}},
      {"a byte of the source that is no UTF-8", "'\xff'", Bytes{"\xff"}},
      {"code points with u", R"(u'\xe9\377')", "\xc3\xa9\xc3\xbf"},
      {"code points with u look like UTF-8", R"(u'\xc3\xa9')", "\xc3\x83\xc2\xa9"},
      {"a u in unprefixed text", R"('\u4e2d')", "\xe4\xb8\xad"},
      {"a u without digits in unprefixed text", R"('C:\users\Uwe')", R"(C:\users\Uwe)"},
      {"a u with b", R"(b'\u4e2d')", R"(\u4e2d)"},
      {"a large U", R"(u'\U0001f600')", "\xf0\x9f\x98\x80"},
      {"a surrogate pair", R"(u'\ud83d\ude00')", "\xf0\x9f\x98\x80"},
      {"bytes that are no text", R"(b'\xff\x00')", Bytes{"\xff\0"s}},
      {"text joins", "'a' \"b\" u'c' r'\\.'\n'''d'''", "abc\\.d"},
      {"the end of a frame inside", R"('E\x4fF')", "EOF"},
  });
}

TEST(ParsePython, ReadsContainers) {
  const Value one_two = List{1, 2};
  expect_readings({
      {"an empty list", "[]", List{}},
      {"a list", "[1, 2]", one_two},
      {"a trailing comma", "[1, 2,]", one_two},
      {"white space and comments", "\t[ 1 , # one ]\r\n 2\f# two\n] # end", one_two},
      {"an empty tuple", "()", Tuple{}},
      {"a tuple of one", "(1,)", Tuple{{1}}},
      {"a tuple", "(1, 2)", Tuple{{1, 2}}},
      {"parentheses around a value", "((1))", 1},
      {"parentheses around text that joins", "('a'\n'b')", "ab"},
      {"a set", "{1, 2}", Set{{1, 2}}},
      {"a set of one", "{1}", Set{{1}}},
      {"a set with a trailing comma", "{1,}", Set{{1}}},
      {"a set with a value twice", "{2, 1, 2}", Set{{2, 1}}},
      {"an empty set", "set()", Set{}},
      {"an empty set of Python 2", "set([])", Set{}},
      {"a set of Python 2", "set([1, 2])", Set{{1, 2}}},
      {"an empty dict", "{}", Map()},
      {"a dict", "{'a': 1, 'b': [2]}", map({{"a", 1}, {"b", List{2}}})},
      {"a dict with a trailing comma", "{'a': 1,}", map({{"a", 1}})},
      {"keys of all kinds", "{1: 'a', None: 'b', (1, 2): 'c', u'd': 'e'}",
       map({{1, "a"}, {nullptr, "b"}, {Tuple{{1, 2}}, "c"}, {"d", "e"}})},
      {"a key that comes again", "{'a': 1, 'b': 2, 'a': 3}", map({{"a", 3}, {"b", 2}})},
      {"an envelope", "{'HEAD': 'MEGA', 'TOOL': True, 'ARGS': \"['127.0.0.1']\", 'TIME': 0}",
       map({{"HEAD", "MEGA"}, {"TOOL", true}, {"ARGS", "['127.0.0.1']"}, {"TIME", 0}})},
      {"JSON", R"({"a": [true, null, -1.5]})", map({{"a", List{true, nullptr, -1.5}}})},
      {"an answer", "([{'stat': '1'}], 0)", Tuple{{List{map({{"stat", "1"}})}, 0}}},
  });
}

TEST(ParsePython, RefusesWithTheReasonAndTheLine) {
  const struct {
    const char* name;
    std::string text;
    std::string message;  // with the line and the caret
  } cases[] = {
      {"nothing", "", "want a value, but the text ends\n  \n  ^"},
      {"a comment only", "# 1", "want a value, but the text ends\n  # 1\n     ^"},
      {"a name", "[backup]",
       "\"backup\" is a name, not a literal; text stands in quotes\n"
       "  [backup]\n   ^"},
      {"a call", "[open('/etc/passwd')]",
       "calls are not evaluated, only literals are taken\n"
       "  [open('/etc/passwd')]\n   ^"},
      {"a call of a value", "'a'()",
       "calls are not evaluated, only literals are taken\n"
       "  'a'()\n     ^"},
      {"a set of something else", "set((1, 2))", "want a list or ')'\n  set((1, 2))\n      ^"},
      {"an operator", "(1 + 2)",
       "operators are not evaluated, only literals are taken\n"
       "  (1 + 2)\n     ^"},
      {"two signs", "--1", "operators are not evaluated, only literals are taken\n  --1\n   ^"},
      {"a sign before text", "-'a'", "want a number behind the sign\n  -'a'\n   ^"},
      {"an attribute", "'a'.upper",
       "operators are not evaluated, only literals are taken\n"
       "  'a'.upper\n     ^"},
      {"a lambda", "lambda: 0",
       "\"lambda\" is a name, not a literal; text stands in quotes\n"
       "  lambda: 0\n  ^"},
      {"two values", "1 2", "want the end of the text\n  1 2\n    ^"},
      {"a bare tuple", "1, 2", "want the end of the text\n  1, 2\n   ^"},
      {"an open list", "{'a': [1, 2", "this [ is not closed\n  {'a': [1, 2\n        ^"},
      {"the wrong bracket", "[1)", "want ',' or ']'\n  [1)\n    ^"},
      {"a missing comma", "[1 2]", "want ',' or ']'\n  [1 2]\n     ^"},
      {"two commas", "[1,,2]", "want a value\n  [1,,2]\n     ^"},
      {"only a comma", "(,)", "want a value\n  (,)\n   ^"},
      {"a key without value", "{'a': 1, 'b'}",
       "want ':' and a value behind the key\n  {'a': 1, 'b'}\n              ^"},
      {"a pair in a set", "{1, 2: 3}", "want ',' or '}'\n  {1, 2: 3}\n       ^"},
      {"open text", "['a]", "this string is not closed\n  ['a]\n   ^"},
      {"text over two lines", "['a\nb']",
       "this string is not closed on its line, in line 1\n  ['a\n   ^"},
      {"the second line", "[1,\n x]",
       "\"x\" is a name, not a literal; text stands in quotes, in line 2\n   x]\n   ^"},
      {"an f string", "f'{x}'", "no string has the prefix \"f\"\n  f'{x}'\n  ^"},
      {"a prefix twice", "rr'a'", "no string has this prefix\n  rr'a'\n  ^"},
      {"the prefix bu", "bu'a'", "no string has this prefix\n  bu'a'\n  ^"},
      {"half an \\x", R"('\x4')", "\\x wants two hexadecimal digits behind it\n  '\\x4'\n   ^"},
      {"half a \\u", R"(u'\u4e2')", "\\u wants 4 hexadecimal digits behind it\n  u'\\u4e2'\n    ^"},
      {"half a pair", R"(u'\ud83d')", "half of a surrogate pair\n  u'\\ud83d'\n    ^"},
      {"the other half", R"('\ude00')", "half of a surrogate pair\n  '\\ude00'\n   ^"},
      {"beyond Unicode", R"(u'\U00110000')",
       "no character has this number\n  u'\\U00110000'\n    ^"},
      {"a character by name", R"('\N{DASH}')",
       "characters by name (\\N{..}) are not accepted\n  '\\N{DASH}'\n   ^"},
      {"complex", "1 + 2j",
       "operators are not evaluated, only literals are taken\n  1 + 2j\n    ^"},
      {"imaginary", "[2j]", "complex numbers are not accepted\n  [2j]\n   ^"},
      {"letters in a number", "12ab", "\"12ab\" is no number\n  12ab\n  ^"},
      {"a digit that is not octal", "08",
       "\"08\" is no octal number, as the 0 at its start says\n"
       "  08\n  ^"},
      {"a digit that is not binary", "0b12", "\"0b12\" is no number\n  0b12\n  ^"},
      {"no digits behind the base", "0x", "\"0x\" is no number\n  0x\n  ^"},
      {"an underscore too many", "1__0", "\"1__0\" is no number\n  1__0\n  ^"},
      {"an underscore at the end", "1_", "\"1_\" is no number\n  1_\n  ^"},
      {"an exponent without digits", "1e", "\"1e\" is no number\n  1e\n  ^"},
      {"a real with an L", "1.5L", "\"1.5L\" is no number\n  1.5L\n  ^"},
      {"wide characters before the place", "['\xe4\xb8\xad', x]",
       "\"x\" is a name, not a literal; text stands in quotes\n  ['\xe4\xb8\xad', x]\n         ^"},
      {"a long line", "[" + std::string(100, ' ') + "x, " + std::string(100, '1') + "]",
       "\"x\" is a name, not a literal; text stands in quotes\n  ..." + std::string(40, ' ') +
           "x, " + std::string(27, '1') + "...\n" + std::string(45, ' ') + "^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_python(c.text);
    ASSERT_FALSE(value) << to_python(*value);
    EXPECT_EQ(value.error().code, Errc::invalid_argument);
    EXPECT_EQ(value.error().message, c.message);
  }
}

TEST(ParsePython, BoundsDepthAndDigits) {
  const auto nested = [](std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
  };
  EXPECT_TRUE(parse_python(nested(value_depth_max, '[', ']')));
  for (const auto& text : {nested(value_depth_max + 1, '[', ']'), std::string(1'000'000, '['),
                           std::string(1'000'000, '('), std::string(1'000'000, '{')}) {
    const auto value = parse_python(text);
    ASSERT_FALSE(value);
    EXPECT_TRUE(value.error().message.starts_with("brackets nest deeper than 100"));
  }
  EXPECT_TRUE(parse_python(std::string(4300, '7')));
  const auto wide = parse_python(std::string(4301, '7'));
  ASSERT_FALSE(wide);
  EXPECT_TRUE(wide.error().message.starts_with("an integer of more than 4300 digits"));
  EXPECT_TRUE(parse_python("0x" + std::string(1024, 'f')));
  const auto based = parse_python("0x" + std::string(1025, 'f'));
  ASSERT_FALSE(based);
  EXPECT_TRUE(based.error().message.starts_with("an integer of more than 1024 digits"));
}

TEST(ParsePython, RefusesEachBeginningOfALiteral) {
  const std::string whole[] = {
      "{'HEAD': u'MEGA', \"ARGS\": \"model='backup'\", (1, -2.5e-3): set([0x1f, {3}]), 'a': "
      "b'\\xff'}",
      "([{'stat': '1', 'name': '\\xe4\\xb8\\xad'}, '''a'b''', ur'\\u4e2d'], 0)",
      "[True, None, {1: {2: (3,)}}, 'a' \"b\", # comment ]\n -0L]",
  };
  for (const auto& text : whole) {
    ASSERT_TRUE(parse_python(text)) << parse_python(text).error().message;
    for (std::size_t size = 0; size < text.size(); ++size) {
      SCOPED_TRACE(text.substr(0, size));
      const auto value = parse_python(text.substr(0, size));
      ASSERT_FALSE(value);
      EXPECT_NE(value.error().message.find('^'), std::string::npos);
      LiteralScanner scanner;
      scanner.feed(text.substr(0, size));
      EXPECT_FALSE(scanner.whole());
      EXPECT_FALSE(scanner.impossible());
    }
  }
}

TEST(ParsePython, ReadsADictOfManyKeysEachTwice) {
  std::string text = "{";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20'000; ++i) text += fmt::format("'k{}': {}, ", i, i + round);
  }
  const auto value = parse_python(text + "}");
  ASSERT_TRUE(value);
  const Map& map = *value->as<Map>();
  ASSERT_EQ(map.size(), 20'000U);
  EXPECT_TRUE(map.entries().front() == Map::Entry("k0", 1));
  EXPECT_TRUE(map.entries().back() == Map::Entry("k19999", 20'000));
}

// Nesting costs no more than length does: comparing two of these twice at each level would take
// longer than there is time.
TEST(ParsePython, ComparesDeepKeysOnce) {
  constexpr int depth = value_depth_max - 2;
  const std::pair<std::string, std::string> brackets[] = {
      {"(", ",)"}, {"[", "]"}, {"{", "}"}, {"{", ":0}"}, {"{0:", "}"}};
  for (const auto& [open, close] : brackets) {
    std::string key = "1";
    for (int i = 0; i < depth; ++i) key = open + key + close;
    SCOPED_TRACE(open + close);
    const auto set = parse_python(fmt::format("{{{}, {}}}", key, key));
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ(set->as<Set>()->items.size(), 1u);
    const auto map = parse_python(fmt::format("{{{}: 1, {}: 2}}", key, key));
    ASSERT_TRUE(map) << map.error().message;
    ASSERT_EQ(map->as<Map>()->size(), 1u);
    EXPECT_EQ(map->as<Map>()->entries()[0].second, Value(2));
  }
}

TEST(ParseCallArguments, HasALimitOfNames) {
  std::string text = "a0=0";
  for (int i = 1; i < 1000; ++i) text += fmt::format(",a{}=0", i);
  EXPECT_TRUE(parse_call_arguments(text));
  const auto refused = parse_call_arguments(text + ",b=0");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("more than 1000 arguments"), std::string::npos);
}

TEST(ParseCallArguments, ReadsPositionsThenNames) {
  const struct {
    const char* name;
    std::string text;
    CallArguments arguments;
  } cases[] = {
      {"nothing", "", {}},
      {"blanks", " \t\n", {}},
      {"zero", " 0 ", {}},
      {"names",
       "model='backup',stat=1,role=1",
       {{}, {{"model", "backup"}, {"stat", 1}, {"role", 1}}}},
      {"a position and a name",
       "'127.0.0.1',version='mega-client 0.1'",
       {{"127.0.0.1"}, {{"version", "mega-client 0.1"}}}},
      {"a list", "['127.0.0.1']", {{List{"127.0.0.1"}}, {}}},
      {"a dict",
       "{'port': 3306L, 'host_ip': u'127.0.0.1'}, 'INSERT'",
       {{map({{"port", 3306}, {"host_ip", "127.0.0.1"}}), "INSERT"}, {}}},
      {"blanks and line breaks", " 1 ,\n stat = None # all\n", {{1}, {{"stat", nullptr}}}},
      {"a trailing comma", "1, a=2,", {{1}, {{"a", 2}}}},
      {"a zero among others", "0, 0", {{0, 0}, {}}},
      {"constants are values", "True, None", {{true, nullptr}, {}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arguments = parse_call_arguments(c.text);
    ASSERT_TRUE(arguments) << arguments.error().message;
    EXPECT_TRUE(*arguments == c.arguments) << to_python(*arguments);
    const auto again = parse_call_arguments(to_python(*arguments));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == c.arguments);
  }
}

TEST(ParseCallArguments, ShowsWhereTheTextIsWrong) {
  const struct {
    const char* name;
    std::string text;
    std::string message;
  } cases[] = {
      {"a missing comma", "model='backup' stat=1",
       "want ',' before the next argument\n  model='backup' stat=1\n                 ^"},
      {"a name as value", "model=backup",
       "\"backup\" is a name, not a literal; text stands in "
       "quotes\n  model=backup\n        ^"},
      {"a name twice", "a=1,a=2", "the argument \"a\" comes twice\n  a=1,a=2\n      ^"},
      {"a position behind a name", "a=1, 2",
       "a value without a name stands behind a named one\n  a=1, 2\n       ^"},
      {"two commas", "1,,2", "want a value\n  1,,2\n    ^"},
      {"no value", "a=", "want a value, but the text ends\n  a=\n    ^"},
      {"a comparison", "a==1", "want a value behind '='\n  a==1\n    ^"},
      {"more arguments by stars", "**{'a': 1}",
       "operators are not evaluated, only literals are taken\n  **{'a': 1}\n  ^"},
      {"a call", "a=f(1)", "calls are not evaluated, only literals are taken\n  a=f(1)\n    ^"},
      {"a closing parenthesis", "1) or f(2",
       "want ',' before the next argument\n  1) or f(2\n   ^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arguments = parse_call_arguments(c.text);
    ASSERT_FALSE(arguments);
    EXPECT_EQ(arguments.error().code, Errc::invalid_argument);
    EXPECT_EQ(arguments.error().message, c.message);
  }
}

}  // namespace
}  // namespace mega
