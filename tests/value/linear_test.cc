// No text that a peer can send costs a parser more than linear time.
#include "tests/support/effort.h"
#include "value/condition.h"
#include "value/csv.h"
#include "value/json.h"
#include "value/python.h"
#include "value/python_scan.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

namespace mega {
namespace {

struct Row {
  const char* name;
  std::string head, each, tail;  // `each` is repeated
};

void expect_linear(std::span<const Row> rows, const std::function<void(const std::string&)>& work,
                   std::size_t n = 500) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto input = [&row](std::size_t count) {
      return row.head + repeated(row.each, count) + row.tail;
    };
    EXPECT_TRUE(is_linear(n, input, work));
  }
}

TEST(LinearTime, PythonLiterals) {
  const std::string long_name(200, 'k');
  const Row rows[] = {
      {"a list", "[", "0,", "]"},
      {"lists of lists", "[", "[[[#]]],", "]"},
      {"names, all different", "{", "'k#':#,", "}"},
      {"names that begin alike", "{", "'" + long_name + "#':#,", "}"},
      {"one name again and again", "{", "'" + long_name + "':#,", "}"},
      {"keys that are tuples", "{", "(1,2,3,#):#,", "}"},
      {"a set", "{", "'" + long_name + "#',", "}"},
      {"a set by its name", "set([", "#,", "])"},
      {"sets in a set", "{", "({#,1,2},),", "}"},
      {"strings that join", "", "'a#' ", ""},
      {"escapes", "'", "\\xe4\\n\\u4e2d", "'"},
      {"bytes that are no text", "'", "\\xff\\xe4", "'"},
      {"quotes in three quotes", "'''", "''a", "'''"},
      {"comments", "[", "#\n", "]"},
      {"blanks behind each", "[", "1     ,", "]"},
      {"wide integers", "[", "1" + std::string(300, '7') + ",", "]"},
      {"wide integers in base 16", "[", "0x" + std::string(300, 'f') + ",", "]"},
      {"long reals", "[", "0." + std::string(300, '7') + ",", "]"},
      {"one real", "0.", "7", ""},
      {"no literal at its end", "[", "0,", "!"},
      {"not closed", "[", "'a',", ""},
      {"a long name", "", "abcdefgh", "("},
  };
  expect_linear(rows, [](const std::string& text) { (void)parse_python(text); });
  expect_linear(rows, [](const std::string& text) {
    LiteralScanner scanner;
    scanner.feed(text);
  });
}

TEST(LinearTime, WideIntegersByTheirDigits) {
  const auto digits = [](std::size_t n) {
    return "[" + repeated("0x" + std::string(n, 'f') + ",", 20) + "]";
  };
  EXPECT_TRUE(is_linear(62, digits, [](const std::string& text) { (void)parse_python(text); }))
      << "992 digits";
}

TEST(LinearTime, Arguments) {
  const std::string long_name(200, 'k');
  const Row rows[] = {
      {"by position", "", "0,", "0"},
      {"by name", "", "k#=#,", "k=0"},
      {"by long names that begin alike", "", long_name + "#=#,", "k=0"},
      {"a list", "[", "0,", "]"},
  };
  const auto work = [](const std::string& text) { (void)parse_call_arguments(text); };
  expect_linear(rows, work, 60);
  expect_linear(rows, work, 1000);  // too many
}

TEST(LinearTime, Json) {
  const std::string long_name(200, 'k');
  const Row rows[] = {
      {"a list", "[", "0,", "0]"},
      {"names, all different", "{", "\"k#\":#,", "\"k\":0}"},
      {"names that begin alike", "{", "\"" + long_name + "#\":#,", "\"k\":0}"},
      {"one name again and again", "{", "\"k\":#,", "\"k\":0}"},
      {"maps in a list", "[", "{\"a\":{\"b\":#}},", "0]"},
      {"escapes", "\"", "\\u00e4\\n", "\""},
      {"base64", "{\"base64\":\"", "QUJD", "\"}"},
      {"not closed", "[", "\"a\",", ""},
      {"no UTF-8 at its end", "[", "\"a\",", "\xff"},
  };
  expect_linear(rows, [](const std::string& text) { (void)parse_json(text); });
}

TEST(LinearTime, Csv) {
  const Row rows[] = {
      {"rows", "a,b\n", "#,x\n", ""},
      {"columns", "", "c#,", "z\n"},
      {"quotes", "a\n\"", "\"\"x", "\"\n"},
  };
  expect_linear(rows, [](const std::string& text) { (void)parse_csv(text); });
}

TEST(LinearTime, Conditions) {
  const Row rows[] = {
      {"terms", "", "name=a# and ", "name=z"},
      {"groups", "", "(name=a# or stat=1) and ", "name=z"},
      {"a long pattern", "name=", "*a", ""},
  };
  const std::vector<ConditionField> fields{{.name = "name"}, {.name = "stat"}};
  const auto work = [&](const std::string& text) { (void)Condition::parse(text, fields); };
  expect_linear(rows, work, 60);
}

}  // namespace
}  // namespace mega
