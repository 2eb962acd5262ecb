#include "base/settings_file.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace mega {
namespace {

using namespace std::string_literals;

// "name@line kind value|value", one for each setting; or the error.
std::string summary_of(std::string_view text) {
  const auto settings = parse_settings_file(text, "f");
  if (!settings) return settings.error().message;
  std::string out;
  for (const FileSetting& setting : *settings) {
    const char* kind = setting.written == SettingKind::text      ? "text"
                       : setting.written == SettingKind::list    ? "list"
                       : setting.written == SettingKind::integer ? "integer"
                                                                 : "flag";
    out += fmt::format("{}{}@{} {} {}", out.empty() ? "" : "; ", setting.name, setting.line, kind,
                       fmt::join(setting.values, "|"));
  }
  return out;
}

TEST(SettingsFile, ReadsEachForm) {
  const struct {
    const char* name;
    std::string text;
    std::string summary;
  } cases[] = {
      {"nothing", "", ""},
      {"comments and empty lines", "# a\n\n  # b\r\n\t\n#", ""},
      {"comments of any bytes", "# \xff\x01\na = 1", "a@2 integer 1"},
      {"a byte order mark",
       "\xef\xbb\xbf"
       "a = 1\n",
       "a@1 integer 1"},
      {"no newline at the end", "a = true", "a@1 flag true"},
      {"lines of Windows", "a = 1\r\nb = false # c\r\n", "a@1 integer 1; b@2 flag false"},
      {"no blanks", "a=1#c\n[s]\nb=\"x\"", "a@1 integer 1; s.b@3 text x"},
      {"many blanks", " \ta \t=\t 1 \n [ s ] \n b = 2", "a@1 integer 1; s.b@3 integer 2"},
      {"a dotted name", "s.a = 1\ns . b = 2", "s.a@1 integer 1; s.b@2 integer 2"},
      {"names of all letters", "a-B_9 = 1", "a-B_9@1 integer 1"},
      {"integers", "a = -5\nb = +5\nc = 1_000\nd = 0\ne = -9223372036854775808",
       "a@1 integer -5; b@2 integer 5; c@3 integer 1000; d@4 integer 0; e@5 integer "
       "-9223372036854775808"},
      {"texts", "a = \"x # y\"\nb = 'c:\\d \"e\"'\nc = \"\"\nd = ''\ne = \"主库\"",
       "a@1 text x # y; b@2 text c:\\d \"e\"; c@3 text ; d@4 text ; e@5 text 主库"},
      {"escapes", R"(a = "\"\\\t\n\u4e2d\U0001F600\u00e9")", "a@1 text \"\\\t\n中😀é"},
      {"lists", "a = []\nb = [\"x\"]\nc = ['x', \"y\",]", "a@1 list ; b@2 list x; c@3 list x|y"},
      {"a list of several lines", "a = [ # c\n\n 'x' # d\n , 'y' ,\n]\nb = 1",
       "a@1 list x|y; b@6 integer 1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(summary_of(c.text), c.summary);
  }
}

TEST(SettingsFile, RefusesTheRestByLine) {
  const std::string no_value =
      "want a text in quotes, a whole number, true, false or a list of texts, found ";
  const struct {
    const char* name;
    std::string text;
    std::string message;
  } cases[] = {
      {"no value", "\na =", "f:2: " + no_value + "the end of the line"},
      {"a word", "a = yes", "f:1: " + no_value + "\"yes\""},
      {"a word that begins well", "a = trueish", "f:1: " + no_value + "\"trueish\""},
      {"a fraction", "a = 1.5", "f:1: " + no_value + "\"1.5\""},
      {"a date", "a = 1979-05-27", "f:1: " + no_value + "\"1979-05-27\""},
      {"octal or not", "a = 010", "f:1: " + no_value + "\"010\""},
      {"hexadecimal", "a = 0xff", "f:1: " + no_value + "\"0xff\""},
      {"too wide", "a = 9223372036854775808", "f:1: " + no_value + "\"9223372036854775808\""},
      {"two signs", "a = +-1", "f:1: " + no_value + "\"+-1\""},
      {"a sign alone", "a = -", "f:1: " + no_value + "\"-\""},
      {"underscores", "a = 1__0", "f:1: " + no_value + "\"1__0\""},
      {"an inline table", "a = {b = 1}", "f:1: " + no_value + "\"{b = 1}\""},
      {"letters that are not ASCII", "a = да", "f:1: " + no_value + "\"да\""},
      {"a name that is not ASCII", "да = 1",
       "f:1: want a name of letters, digits, _ and -, found \"да = 1\""},
      {"no name", "= 1", "f:1: want a name of letters, digits, _ and -, found \"= 1\""},
      {"a name in quotes", "\"a\" = 1",
       "f:1: want a name of letters, digits, _ and -, found \"\\\"a\\\" = 1\""},
      {"no equals sign", "\n\na", "f:3: want = behind a, found the end of the line"},
      {"a colon", "a: 1", "f:1: want = behind a, found \": 1\""},
      {"two on a line", "a = 1 b = 2", "f:1: want nothing more on this line, found \"b = 2\""},
      {"a lone carriage return", "a = 1\rb = 2",
       "f:1: want nothing more on this line, found the end of the line"},
      {"no closing quote", "a = \"x\nb = 1", "f:1: the text has no closing \""},
      {"no closing quote at the end", "a = 'x", "f:1: the text has no closing '"},
      {"several lines", "a = \"\"\"\nx\"\"\"", "f:1: a setting is no text of several lines"},
      {"an unknown escape", R"(a = "\q")", R"(f:1: there is no escape "\\q\"")"},
      {"a short escape", R"(a = "\u12")", R"(f:1: there is no escape "\\u12\"")"},
      {"an escape at the end", "a = \"\\", "f:1: there is no escape \"\\\\\""},
      {"half a surrogate", R"(a = "\ud800")", R"(f:1: there is no escape "\\ud800\"")"},
      {"a control character", "a = \"x\x01\"",
       "f:1: want the escape \"\\x01\" for a control character"},
      {"a zero byte", "a = \"\0\""s, "f:1: want the escape \"\\x00\" for a control character"},
      {"no UTF-8", "a = \"x\xff\"", "f:1: \"\\xff\" is no UTF-8"},
      {"a number in a list", "a = [1]", "f:1: want a text in quotes or ] in a list, found \"1]\""},
      {"no end of a list", "a = ['x',\n",
       "f:2: want a text in quotes or ] in a list, found the end of the line"},
      {"no comma", "a = ['x'\n'y']", "f:2: want a comma or ] in a list, found \"'y']\""},
      {"two commas", "a = ['x',,]", "f:1: want a text in quotes or ] in a list, found \",]\""},
      {"no end of a section", "[a",
       "f:1: want ] behind the section's name, found the end of the line"},
      {"a list of sections", "[[a]]", "f:1: want one bracket around a section's name"},
      {"a section within", "[a.b]", "f:1: \"a.b\" is a name in a section within a section"},
      {"a name too deep", "[a]\nb.c = 1", "f:2: \"a.b.c\" is a name in a section within a section"},
      {"a sign in a section",
       "[&\nb =", "f:1: want a name of letters, digits, _ and -, found \"&\""},
      {"twice", "a = 1\na = 2", "f:2: a is set in line 1 already"},
      {"twice in two ways", "s.a = 1\n[s]\na = 2", "f:3: s.a is set in line 1 already"},
      {"a section twice", "[s]\n[t]\n[s]", "f:3: section [s] stands in line 1 already"},
      {"too large", std::string(settings_file_bytes_max + 1, ' '),
       "f: a settings file has at most 1048576 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(summary_of(c.text), c.message);
  }
}

}  // namespace
}  // namespace mega
