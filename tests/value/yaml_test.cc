#include "value/yaml.h"

#include <gtest/gtest.h>

#include <limits>

namespace mega {
namespace {

using namespace std::string_literals;

Columns columns(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

TEST(Yaml, WritesScalars) {
  const double infinity = std::numeric_limits<double>::infinity();
  const struct {
    const char* name;
    Value value;
    std::string text;  // without the line break at the end
  } cases[] = {
      {"none", nullptr, "null"},
      {"true", true, "true"},
      {"an integer", -7, "-7"},
      {"a wide integer", Digits{"18446744073709551616"}, "18446744073709551616"},
      {"a real", 1.5, "1.5"},
      {"a real with an exponent", 1e16, "1.0e+16"},
      {"infinity", -infinity, "-.inf"},
      {"not a number", std::numeric_limits<double>::quiet_NaN(), ".nan"},
      {"a word", "backup", "backup"},
      {"words", "mega client", "mega client"},
      {"a path", "/var/lib/mega", "/var/lib/mega"},
      {"an address", "10.0.0.1", "10.0.0.1"},
      {"an IPv6 address", "fe80::1", "fe80::1"},
      {"UTF-8", "\xe4\xb8\xad", "\xe4\xb8\xad"},
      {"bytes", Bytes{"\xff"}, "!!binary \"/w==\""},
      {"text that is no UTF-8", "\xff", "!!binary \"/w==\""},
      {"empty text", "", "\"\""},
      {"text like none", "null", "\"null\""},
      {"text like a tilde", "~", "\"~\""},
      {"text like true", "True", "\"True\""},
      {"text like false", "no", "\"no\""},
      {"text like on", "ON", "\"ON\""},
      {"text like a letter for yes", "y", "\"y\""},
      {"text like an integer", "3306", "\"3306\""},
      {"text like a version", "10.11", "\"10.11\""},
      {"text like an octal", "0o17", "\"0o17\""},
      {"text like minutes", "12:30", "\"12:30\""},
      {"text like a date", "2014-07-31", "\"2014-07-31\""},
      {"text like a real", ".5", "\".5\""},
      {"text like infinity", ".inf", "\".inf\""},
      {"text like a list", "- a", "\"- a\""},
      {"text like a flow list", "[a]", "\"[a]\""},
      {"text like a map", "a: b", "\"a: b\""},
      {"text that ends in a colon", "a:", "\"a:\""},
      {"text like a comment", "a #b", "\"a #b\""},
      {"text like an alias", "*a", "\"*a\""},
      {"text like a tag", "!a", "\"!a\""},
      {"text like a directive", "%a", "\"%a\""},
      {"text like a document's end", "...", "\"...\""},
      {"a comma", "a, b", "\"a, b\""},
      {"quotes", "say \"a\\b\"", "\"say \\\"a\\\\b\\\"\""},
      {"a blank at the end", "a ", "\"a \""},
      {"a blank at the start", " a", "\" a\""},
      {"control bytes", "a\t\x1b\x7f\r\0"s, "\"a\\t\\u001b\\u007f\\u000d\\u0000\""},
      {"a line separator", "a\xe2\x80\xa8", "\"a\\u2028\""},
      {"an empty list", List{}, "[]"},
      {"an empty map", Map{}, "{}"},
      {"no rows", Rows{columns({"a"}), {}}, "[]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_yaml(c.value), c.text + "\n");
  }
}

TEST(Yaml, WritesBlocks) {
  const struct {
    const char* name;
    Value value;
    std::string text;
  } cases[] = {
      {"a list", List{1, "a"}, "- 1\n- a\n"},
      {"a list in a list", List{List{1, 2}, Tuple{{List{3}}}}, "- - 1\n  - 2\n- - - 3\n"},
      {"a map", Map{{"a", 1}, {"b c", nullptr}, {"1", 2}, {3, 4}},
       "a: 1\nb c: null\n\"1\": 2\n3: 4\n"},
      {"nested", Map{{"a", Map{{"b", List{1, Map{{"c", 2}, {"d", List{}}}}}}}, {"e", Map{}}},
       "a:\n  b:\n    - 1\n    - c: 2\n      d: []\ne: {}\n"},
      {"rows", Rows{columns({"id", "name"}), {1, "a", 2, nullptr}},
       "- id: 1\n  name: a\n- id: 2\n  name: null\n"},
      {"rows in a map", Map{{"rows", Rows{columns({"id"}), {1, 2}}}},
       "rows:\n  - id: 1\n  - id: 2\n"},
      {"a row", Row{columns({"id", "tags"}), {1, Map{{"a", "b"}}}}, "id: 1\ntags:\n  a: b\n"},
      {"lines", Map{{"a", "x\n  y\n\nz"}, {"b", 1}}, "a: |-\n  x\n    y\n\n  z\nb: 1\n"},
      {"lines with a last line break", List{"x\ny\n"}, "- |\n  x\n  y\n"},
      {"lines with two last line breaks", List{"x\n\n", 1}, "- |+\n  x\n\n- 1\n"},
      {"lines that start with a blank", " x\ny", "\" x\\ny\"\n"},
      {"line breaks only", "\n\n", "\"\\n\\n\"\n"},
      {"lines with control bytes", "x\n\x1b", "\"x\\n\\u001b\"\n"},
      {"a key that is a tuple", Map{{Tuple{{1, "a"}}, 2}}, "\"(1, 'a')\": 2\n"},
      {"a long key", Map{{std::string(1025, 'k'), 1}}, "? " + std::string(1025, 'k') + "\n: 1\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_yaml(c.value), c.text);
  }
}

TEST(Yaml, WritesTimesAsText) {
  const Time time{1406787187};
  EXPECT_EQ(to_yaml(Map{{"t", time}}), "t: \"" + format_iso(time) + "\"\n");
}

}  // namespace
}  // namespace mega
