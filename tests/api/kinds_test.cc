#include "api/kinds.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

// What accept() makes of a value; nullopt when it refuses.
std::optional<Value> accepted(Kind kind, Value value, bool strict = true) {
  std::string why;
  if (!accept(kind, value, strict, why)) return std::nullopt;
  return value;
}

TEST(Kinds, BringWhatIsSentIntoOneForm) {
  const struct {
    const char* name;
    Kind kind;
    Value given;
    Value becomes;
  } cases[] = {
      {"a list is anything", Kind::any, List{1, "x"}, List{1, "x"}},
      {"a flag", Kind::flag, true, true},
      {"1 is a flag", Kind::flag, 1, true},
      {"0 is a flag", Kind::flag, 0, false},
      {"text is a flag", Kind::flag, "True", true},
      {"text 0 is a flag", Kind::flag, "0", false},
      {"an integer", Kind::integer, -5, -5},
      {"text is an integer", Kind::integer, "42", 42},
      {"blanks around it do not count", Kind::integer, " 42 ", 42},
      {"True is 1, as in Python", Kind::integer, true, 1},
      {"the least integer", Kind::integer, "-9223372036854775808", INT64_MIN},
      {"zero is a number", Kind::natural, 0, 0},
      {"text", Kind::text, "\xe4\xb8\xad", "\xe4\xb8\xad"},
      {"empty text", Kind::text, "", ""},
      {"bytes are text of these bytes", Kind::text, Bytes{"\xd6\xd0"}, "\xd6\xd0"},
      {"bytes are a name", Kind::name, Bytes{"\xd6\xd0"}, "\xd6\xd0"},
      {"an integer is text", Kind::text, 8, "8"},
      {"a wide integer is text", Kind::text, Digits{"123456789012345678901"},
       "123456789012345678901"},
      {"a name", Kind::name, "orders", "orders"},
      {"a number is a name", Kind::name, 2014, "2014"},
      {"an address", Kind::address, "10.0.0.1", "10.0.0.1"},
      {"an IPv6 address gets shorter", Kind::address, "FD00:0:0:0:0:0:0:1", "fd00::1"},
      {"an IPv4 address inside IPv6", Kind::address, "::FFFF:10.0.0.1", "::ffff:10.0.0.1"},
      {"a port", Kind::port, 3306, 3306},
      {"text is a port", Kind::port, "3306", 3306},
      {"the first port", Kind::port, 1, 1},
      {"the last port", Kind::port, 65535, 65535},
      {"online", Kind::state, "1", 1},
      {"a slave", Kind::instance_role, 2, 2},
      {"a time stays", Kind::time, Time{1406787187}, Time{1406787187}},
      {"a time with an offset", Kind::time, "2014-07-31T14:13:07+08:00", Time{1406787187}},
      {"no tags", Kind::tags, "", Map{}},
      {"tags as text", Kind::tags, "env=prod, spare", Map{{"env", "prod"}, {"spare", ""}}},
      {"a value with an equals sign", Kind::tags, "a=b=c", Map{{"a", "b=c"}}},
      {"tags as a map", Kind::tags, Map{{"tier", 1}, {"x", nullptr}},
       Map{{"tier", "1"}, {"x", ""}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = accepted(c.kind, c.given);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(*value, c.becomes);
  }
}

TEST(Kinds, RefuseWhatTheyAreNot) {
  const struct {
    const char* name;
    Kind kind;
    Value given;
  } cases[] = {
      {"2 is no flag", Kind::flag, 2},
      {"yes is no flag", Kind::flag, "yes"},
      {"a list is no flag", Kind::flag, List{}},
      {"a word is no integer", Kind::integer, "four"},
      {"empty text is no integer", Kind::integer, ""},
      {"a real is no integer", Kind::integer, 3306.0},
      {"text with a point is no integer", Kind::integer, "1.0"},
      {"a wide integer", Kind::integer, Digits{"9223372036854775808"}},
      {"a wide integer as text", Kind::integer, "9223372036854775808"},
      {"less than nothing", Kind::natural, -1},
      {"a map is no text", Kind::text, Map{}},
      {"True is no text", Kind::text, true},
      {"text with a zero byte", Kind::text, std::string("a\0b", 3)},
      {"bytes with a zero byte", Kind::text, Bytes{std::string("\xff\0", 2)}},
      {"a name of bytes with a newline", Kind::name, Bytes{"\xff\n"}},
      {"bytes are no time", Kind::time, Bytes{"\xff"}},
      {"a real is no text", Kind::text, 5.1},
      {"an empty name", Kind::name, ""},
      {"a name of 256 bytes", Kind::name, std::string(256, 'x')},
      {"a name with a newline", Kind::name, "a\nb"},
      {"a name with a zero byte", Kind::name, std::string("a\0b", 3)},
      {"a host name is no address", Kind::address, "db1"},
      {"an empty address", Kind::address, ""},
      {"an address of three", Kind::address, "10.0.1"},
      {"an address of five", Kind::address, "10.0.0.0.1"},
      {"an address beyond 255", Kind::address, "10.0.0.256"},
      {"an address with a leading zero", Kind::address, "10.0.0.01"},
      {"an address with a zero too many", Kind::address, "10.00.0.1"},
      {"an octal address", Kind::address, "012.0.0.1"},
      {"an address in hexadecimal", Kind::address, "0x0a.0.0.1"},
      {"an address with a blank", Kind::address, " 10.0.0.1"},
      {"an address with a newline", Kind::address, "10.0.0.1\n"},
      {"an address with a zero byte", Kind::address, std::string("10.0.0.1\0", 9)},
      {"an address with a mask", Kind::address, "10.0.0.0/8"},
      {"an address with a port", Kind::address, "10.0.0.1:3306"},
      {"an IPv6 address with two gaps", Kind::address, "fd00::1::2"},
      {"an IPv6 address with a zone", Kind::address, "fe80::1%eth0"},
      {"an IPv6 address in brackets", Kind::address, "[fd00::1]"},
      {"an integer is no address", Kind::address, 167772161},
      {"a long text is no address", Kind::address, std::string(1000, '1')},
      {"port 0", Kind::port, 0},
      {"port 65536", Kind::port, 65536},
      {"a negative port", Kind::port, "-1"},
      {"stat 3", Kind::state, 3},
      {"role 0", Kind::instance_role, 0},
      {"role 4", Kind::instance_role, 4},
      {"a day that is not", Kind::time, "2014-02-30 00:00:00"},
      {"a number is no time", Kind::time, 1406787187},
      {"a tag with capitals", Kind::tags, "Env=prod"},
      {"a tag without a name", Kind::tags, "=prod"},
      {"an empty tag", Kind::tags, "a=b,,c=d"},
      {"a tag's name of 65 bytes", Kind::tags, std::string(65, 'a') + "=b"},
      {"a tag twice", Kind::tags, "a=1,a=2"},
      {"a tag's value of 256 bytes", Kind::tags, "a=" + std::string(256, 'b')},
      {"a tag's name that is a number", Kind::tags, Map{{1, "x"}}},
      {"a tag's value that is a list", Kind::tags, Map{{"a", List{}}}},
      {"a list is no tags", Kind::tags, List{"a"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(accepted(c.kind, c.given).has_value());
  }
}

TEST(Kinds, LetARealPassForTextOnlyWhenNotStrict) {
  EXPECT_EQ(accepted(Kind::text, 5.5, false), Value("5.5"));
  EXPECT_FALSE(accepted(Kind::text, 5.5, true).has_value());
}

TEST(Kinds, SayWhatIsWrongWithTags) {
  Value value("env=prod,Tier=1");
  std::string why;
  EXPECT_FALSE(accept(Kind::tags, value, true, why));
  EXPECT_EQ(why, "tags whose names have 1 to 64 of a-z, 0-9, '_', '.' and '-' (\"Tier\" has not)");
}

TEST(Kinds, ShowValuesShortly) {
  EXPECT_EQ(shown(Value()), "None");
  EXPECT_EQ(shown(Value("a\nb")), "text \"a\\nb\"");
  EXPECT_EQ(shown(Value(70000)), "integer 70000");
  EXPECT_EQ(shown(Value(List{1, 2})), "a list");
  EXPECT_LT(shown(Value(std::string(1000000, 'x'))).size(), 100u);
  EXPECT_LT(shown(Value(Digits{std::string(1000, '9')})).size(), 100u);
}

TEST(Kinds, HaveAWordAndASentenceEach) {
  for (int i = 0; i <= static_cast<int>(Kind::tags); ++i) {
    EXPECT_FALSE(name_of(static_cast<Kind>(i)).empty()) << i;
    EXPECT_FALSE(takes(static_cast<Kind>(i)).empty()) << i;
  }
}

}  // namespace
}  // namespace mega
