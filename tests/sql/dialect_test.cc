#include "sql/dialect.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr DialectWord words[] = {{"identity", "INT AUTO_INCREMENT"}, {"locked", ""}};

TEST(Dialect, PutsTheEnginesWordsInPlaceOfThoseInBraces) {
  const struct {
    const char *name, *sql, *expected;
  } rows[] = {
      {"none", "SELECT 1", "SELECT 1"},
      {"one", "CREATE TABLE t (id {identity})", "CREATE TABLE t (id INT AUTO_INCREMENT)"},
      {"empty", "SELECT 1 {locked}", "SELECT 1 "},
      {"twice", "{identity}{identity}", "INT AUTO_INCREMENTINT AUTO_INCREMENT"},
      {"in a string", "SELECT '{identity}', 'it''s {x}'", "SELECT '{identity}', 'it''s {x}'"},
      {"in a name", "SELECT `{x}` {locked}", "SELECT `{x}` "},
      {"other quote inside", "SELECT '`', {identity}", "SELECT '`', INT AUTO_INCREMENT"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto own = translate(row.sql, words);
    ASSERT_TRUE(own);
    EXPECT_EQ(*own, row.expected);
  }
}

TEST(Dialect, RefusesAWordThatTheEngineDoesNotHave) {
  for (const char* sql : {"SELECT {upsert}", "SELECT {", "SELECT {identity x", "{}"}) {
    SCOPED_TRACE(sql);
    const auto own = translate(sql, words);
    ASSERT_FALSE(own);
    EXPECT_EQ(own.error().code, Errc::internal);
  }
}

}  // namespace
}  // namespace mega
