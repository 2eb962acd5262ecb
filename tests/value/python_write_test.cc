#include "value/python.h"

#include <gtest/gtest.h>

#include <limits>

namespace mega {
namespace {

using namespace std::string_literals;

Columns columns(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

TEST(WritePython, WritesWhatPeersOf2014ReadBack) {
  const double infinity = std::numeric_limits<double>::infinity();
  const struct {
    const char* name;
    Value value;
    std::string text;
  } cases[] = {
      {"none", nullptr, "None"},
      {"true", true, "True"},
      {"false", false, "False"},
      {"an integer", -3306, "-3306"},
      {"a wide integer", Digits{"-18446744073709551616"}, "-18446744073709551616"},
      {"a real", 0.1, "0.1"},
      {"a whole real", 3.0, "3.0"},
      {"the last real without exponent", 1234567890123456.0, "1234567890123456.0"},
      {"the first real with exponent", 1e16, "1e+16"},
      {"a small real", 0.0001, "0.0001"},
      {"a smaller real", 0.00001234, "1.234e-05"},
      {"minus zero", -0.0, "-0.0"},
      {"infinity", infinity, "1e999"},
      {"minus infinity", -infinity, "-1e999"},
      {"not a number", std::numeric_limits<double>::quiet_NaN(), "None"},
      {"text", "a", "'a'"},
      {"a quote", "it's", "\"it's\""},
      {"both quotes", "it's \"x\"", R"('it\'s "x"')"},
      {"double quotes", "\"x\"", "'\"x\"'"},
      {"control bytes", "\0\n\r\t\x1b\x7f\\"s, R"('\x00\n\r\t\x1b\x7f\\')"},
      {"UTF-8", "\xe4\xb8\xad", R"('\xe4\xb8\xad')"},
      {"the terminator of a frame", "EOF EEOFF EO", R"('E\x4fF EE\x4fFF EO')"},
      {"bytes", Bytes{"\xff'"}, R"("\xff'")"},
      {"text that is no UTF-8", "\xd6\xd0", R"('\xd6\xd0')"},
      {"a list", List{1, "a"}, "[1, 'a']"},
      {"a tuple", Tuple{{List{}, 0}}, "([], 0)"},
      {"a tuple of one", Tuple{{1}}, "(1,)"},
      {"an empty tuple", Tuple{}, "()"},
      {"a set", Set{{1, 2}}, "{1, 2}"},
      {"an empty set", Set{}, "set()"},
      {"a dict", Map{{"a", 1}, {2, nullptr}}, "{'a': 1, 2: None}"},
      {"an empty dict", Map{}, "{}"},
      {"a row", Row{columns({"id", "name"}), {1, nullptr}}, "{'id': '1', 'name': 'None'}"},
      {"rows", Rows{columns({"a", "b'"}), {true, 0.5, Digits{"99999999999999999999"}, "it's"}},
       "[{'a': 'True', \"b'\": '0.5'}, {'a': '99999999999999999999', \"b'\": \"it's\"}]"},
      {"a cell that holds a dict", Row{columns({"tags"}), {Map{{"a", "b"}}}},
       "{'tags': \"{'a': 'b'}\"}"},
      {"a cell that holds the terminator", Row{columns({"EOF"}), {"EOF"}},
       R"({'E\x4fF': 'E\x4fF'})"},
      {"no rows", Rows{columns({"id"}), {}}, "[]"},
      {"an answer", Tuple{{Rows{columns({"stat"}), {1}}, 0}}, "([{'stat': '1'}], 0)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_python(c.value), c.text);
  }
}

TEST(WritePython, WritesTimesAsLocalText) {
  const Time time{1406787187};
  EXPECT_EQ(to_python(time), "'" + format_local(time) + "'");
  EXPECT_EQ(to_python(Row{columns({"t"}), {time}}), "{'t': '" + format_local(time) + "'}");
}

TEST(WritePython, KeepsBytesInTheCellsOfARow) {
  EXPECT_EQ(to_python(Row{columns({"t", "u"}), {Bytes{"\xd6\xd0"}, "\xd6\xd0"}}),
            R"({'t': '\xd6\xd0', 'u': '\xd6\xd0'})");
}

TEST(WritePython, KeepsUtf8AndTheTerminatorWhenAsked) {
  const PythonStyle style{.ascii = false, .hide_terminator = false};
  EXPECT_EQ(to_python("\xe4\xb8\xad EOF", style), "'\xe4\xb8\xad EOF'");
  EXPECT_EQ(to_python("\xe4\xb8", style), R"(b'\xe4\xb8')");
  EXPECT_EQ(to_python(Row{columns({"t"}), {Bytes{"\xff"}}}, style), R"({'t': b'\xff'})");
  EXPECT_EQ(to_python(Bytes{"\xe4\xb8\xad"}, style), R"(b'\xe4\xb8\xad')");
  EXPECT_EQ(to_python(Row{columns({"\xe4\xb8\xad"}), {List{"\xe4\xb8\xad"}}}, style),
            "{'\xe4\xb8\xad': \"['\xe4\xb8\xad']\"}");
}

TEST(WritePython, WritesCallArgumentsAsTheyAreTyped) {
  const CallArguments arguments{{"127.0.0.1", List{1}}, {{"stat", 1}, {"model", "backup"}}};
  EXPECT_EQ(to_python(arguments), "'127.0.0.1',[1],stat=1,model='backup'");
  EXPECT_EQ(to_python(CallArguments{}), "");
}

}  // namespace
}  // namespace mega
