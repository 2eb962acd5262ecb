#include "value/csv.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

Columns columns(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

TEST(WriteCsv, WritesAnyValueAsRows) {
  const struct {
    const char* name;
    Value value;
    std::string text;
  } cases[] = {
      {"rows", Rows{columns({"id", "name"}), {1, "a", 2, nullptr}}, "id,name\n1,a\n2,\n"},
      {"no rows", Rows{columns({"id", "name"}), {}}, "id,name\n"},
      {"a row", Row{columns({"id", "on"}), {1, true}}, "id,on\n1,True\n"},
      {"a map", Map{{"id", 1}, {2, 0.5}}, "id,2\n1,0.5\n"},
      {"maps with different keys", List{Map{{"a", 1}, {"b", 2}}, Map{{"c", 3}, {"a", 4}}},
       "a,b,c\n1,2,\n4,,3\n"},
      {"lists", List{Tuple{{"h1", 0}}, List{"h2"}}, "1,2\nh1,0\nh2,\n"},
      {"scalars", List{1, "a", nullptr}, "value\n1\na\n\"\"\n"},
      {"a scalar", 7, "value\n7\n"},
      {"an empty list", List{}, ""},
      {"what needs quotes",
       List{Map{{"a,b", "c\"d"}, {"e", "f\ng"}}, Map{{"a,b", ""}, {"e", " h"}}},
       "\"a,b\",e\n\"c\"\"d\",\"f\ng\"\n\"\",\" h\"\n"},
      {"bytes and text that are no UTF-8", Row{columns({"a", "b"}), {Bytes{"\xd6\xd0"}, "\xff"}},
       "a,b\n\xd6\xd0,\xff\n"},
      {"a nested value", Row{columns({"tags"}), {Map{{"a", List{1}}}}},
       "tags\n\"{\"\"a\"\":[1]}\"\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_csv(c.value), c.text);
  }
}

TEST(ParseCsv, ReadsRecordsWithTheirLines) {
  const struct {
    const char* name;
    std::string text;
    std::vector<std::string> columns;
    std::vector<std::pair<std::size_t, std::vector<std::string>>> records;
  } cases[] = {
      {"a header only", "ip,name", {"ip", "name"}, {}},
      {"two records", "ip,name\n1,a\n2,b\n", {"ip", "name"}, {{2, {"1", "a"}}, {3, {"2", "b"}}}},
      {"CR LF", "ip,name\r\n1,a\r\n", {"ip", "name"}, {{2, {"1", "a"}}}},
      {"no line break at the end", "a\n1", {"a"}, {{2, {"1"}}}},
      {"quotes", "a,b\n\"x,\"\"y\"\"\",\"\"\n", {"a", "b"}, {{2, {"x,\"y\"", ""}}}},
      {"line breaks in quotes",
       "a\n\"x\ny\"\n\"\r\n\"\nz\n",
       {"a"},
       {{2, {"x\ny"}}, {4, {"\r\n"}}, {6, {"z"}}}},
      {"empty fields", "a,b\n,x\n\"\",\n", {"a", "b"}, {{2, {"", "x"}}, {3, {"", ""}}}},
      {"rows of a spreadsheet that are empty",
       ",\na,b\n,\n1,\n,\r\n",
       {"a", "b"},
       {{4, {"1", ""}}}},
      {"columns of a spreadsheet that are empty",
       "a,,b,,\n1,,2,,\n3,,4,,,,\n5,,6,\"\",\n",
       {"a", "b"},
       {{2, {"1", "2"}}, {3, {"3", "4"}}, {4, {"5", "6"}}}},
      {"semicolons", "a;b\n1,5;\"x;y\"\n", {"a", "b"}, {{2, {"1,5", "x;y"}}}},
      {"tabs", "a\tb\n1;2\t\n", {"a", "b"}, {{2, {"1;2", ""}}}},
      {"a separator behind quotes", "\"a,b\";c\n1;2\n", {"a,b", "c"}, {{2, {"1", "2"}}}},
      {"one column", "a\nb;c\n", {"a"}, {{2, {"b;c"}}}},
      {"a named separator", "sep=|\r\na|b\r\n1,2|;\r\n", {"a", "b"}, {{3, {"1,2", ";"}}}},
      {"a named separator in quotes", "\"sep=;\"\na;b\n1;2\n", {"a", "b"}, {{3, {"1", "2"}}}},
      {"a column with the name of a separator", "sep\n1\n", {"sep"}, {{2, {"1"}}}},
      {"empty lines", "\n\na\n\n1\n\n", {"a"}, {{5, {"1"}}}},
      {"blanks", " a , b\n x ,y\n", {"a", "b"}, {{2, {" x ", "y"}}}},
      {"a byte order mark",
       "\xef\xbb\xbf"
       "a\n1\n",
       {"a"},
       {{2, {"1"}}}},
      {"UTF-8", "\xe4\xb8\xad\n\xe4\xb8\xad\n", {"\xe4\xb8\xad"}, {{2, {"\xe4\xb8\xad"}}}},
      {"bytes that are no UTF-8", "a\n\xd6\xd0\n", {"a"}, {{2, {"\xd6\xd0"}}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto csv = parse_csv(c.text);
    ASSERT_TRUE(csv) << csv.error().message;
    EXPECT_EQ(csv->columns, c.columns);
    ASSERT_EQ(csv->records.size(), c.records.size());
    for (std::size_t i = 0; i < c.records.size(); ++i) {
      EXPECT_EQ(csv->records[i].line, c.records[i].first);
      EXPECT_EQ(csv->records[i].fields, c.records[i].second);
    }
  }
}

TEST(ParseCsv, NamesTheLineThatIsWrong) {
  const struct {
    const char* name;
    std::string text;
    std::string message;
  } cases[] = {
      {"nothing", "", "no header line"},
      {"empty lines", "\n\r\n", "no header line"},
      {"rows without text", ",,\n,,\n", "no header line"},
      {"text in a column without a name", "a,,b\n1,,2\n3,x,4\n",
       "line 3: field 2 has text, but the header gives its column no name"},
      {"a column twice", "\na,b,a\n", "line 2: column \"a\" comes twice"},
      {"a field too few", "a,b\n1,2\n3\n", "line 3: 1 fields, but the header names 2 columns"},
      {"a field too many", "a\n1,2\n",
       "line 2: field 2 has text, but the header gives its column no name"},
      {"an open quote", "a\nb\n\"c\nd\n", "line 3: a quote is not closed"},
      {"a quote inside", "a\nb\"c\"\n",
       "line 2: a quote inside a field that does not start with one"},
      {"text behind a quote", "a\n\"b\"c\n", "line 2: text behind a closing quote"},
      {"a stray CR", "a\nb\rc\n", "line 2: a carriage return without a line feed"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto csv = parse_csv(c.text);
    ASSERT_FALSE(csv);
    EXPECT_EQ(csv.error().code, Errc::invalid_argument);
    EXPECT_EQ(csv.error().message, c.message);
  }
}

TEST(WriteCsv, PutsAnApostropheInFrontOfFormulas) {
  const struct {
    const char* name;
    Value value;
    std::string cell;
  } cases[] = {
      {"a command", "=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"},
      {"a sum", "+1+1", "'+1+1"},
      {"a difference", "-1+1", "'-1+1"},
      {"a function", "@SUM(A1)", "'@SUM(A1)"},
      {"behind a tab", "\t=1", "'\t=1"},
      {"an apostrophe that is text", "'=1+1", "''=1+1"},
      {"a number", -5, "-5"},
      {"a number as text", "-5.25", "-5.25"},
      {"a sign alone", "-", "-"},
      {"a sign inside", "a=1", "a=1"},
      {"an apostrophe", "'s", "'s"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_csv(c.value), "value\n" + c.cell + "\n");
    const auto csv = parse_csv(to_csv(c.value));
    ASSERT_TRUE(csv) << csv.error().message;
    if (const auto* text = c.value.as<std::string>()) {
      EXPECT_EQ(csv->records.at(0).fields, std::vector{*text});
    }
  }
}

TEST(Csv, ReadsWhatItWrites) {
  const Rows rows{
      columns({"a", "b \"c\"", "d,\n"}),
      {"", "x,y", "\"", " z ", "line\nline\r\n", "\xe4\xb8\xad", ",", "\n", "'", "", "", ""}};
  const auto csv = parse_csv(to_csv(rows));
  ASSERT_TRUE(csv) << csv.error().message;
  EXPECT_EQ(csv->columns, (std::vector<std::string>{"a", "b \"c\"", "d,"}));
  ASSERT_EQ(csv->records.size(), rows.size());
  for (std::size_t i = 0; i < rows.cells.size(); ++i) {
    EXPECT_EQ(csv->records[i / 3].fields[i % 3], *rows.cells[i].as<std::string>());
  }
}

}  // namespace
}  // namespace mega
