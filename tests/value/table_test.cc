#include "value/table.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

Columns columns(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

TEST(Table, AlignsColumns) {
  const struct {
    const char* name;
    Value value;
    std::string text;
  } cases[] = {
      {"rows", Rows{columns({"id", "name", "stat"}), {1, "alpha", 1, 12, nullptr, 0}},
       "id  name   stat\n"
       " 1  alpha     1\n"
       "12  -         0\n"},
      {"no rows", Rows{columns({"id", "name"}), {}}, "id  name\n"},
      {"a column of numbers and text", Rows{columns({"a", "b"}), {1, 1, "x2", 2}},
       "a   b\n"
       "1   1\n"
       "x2  2\n"},
      {"no blanks at the end", List{Map{{"a", "x"}}, Map{{"a", "long"}}}, "a\nx\nlong\n"},
      {"wide characters",
       Rows{columns({"name", "b"}), {"\xe4\xb8\xad\xe6\x96\x87", 1, "abcdef", 2}},
       "name    b\n"
       "\xe4\xb8\xad\xe6\x96\x87    1\n"
       "abcdef  2\n"},
      {"control bytes", List{"a\nb\x1b[1m"}, "value\na\\nb\\x1b[1m\n"},
      {"a row", Row{columns({"name", "server_id"}), {"alpha", 3}},
       "name       alpha\nserver_id  3\n"},
      {"a map", Map{{"a", nullptr}, {"bc", List{1}}}, "a   -\nbc  [1]\n"},
      {"a scalar", 7, "7\n"},
      {"text of two lines", "a\nb", "a\nb\n"},
      {"none", nullptr, "None\n"},
      {"an empty list", List{}, ""},
      {"an empty map", Map{}, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_table(c.value), c.text);
  }
}

TEST(Table, HasBoldNamesInColour) {
  EXPECT_EQ(to_table(Rows{columns({"id", "n"}), {100, "a"}}, true),
            " \x1b[1mid\x1b[0m  \x1b[1mn\x1b[0m\n100  a\n");
  EXPECT_EQ(to_table(Map{{"a", 1}, {"bc", 2}}, true), "\x1b[1ma\x1b[0m   1\n\x1b[1mbc\x1b[0m  2\n");
}

}  // namespace
}  // namespace mega
