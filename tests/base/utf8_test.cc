#include "base/utf8.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(CutUtf8, EndsBetweenCharacters) {
  const struct {
    const char *name, *text;
    std::size_t bytes_max;
    const char* expected;
  } rows[] = {
      {"short", "abc", 3, "abc"},
      {"ASCII", "abcd", 3, "abc"},
      {"nothing", "abcd", 0, ""},
      {"whole character", "a\u00e9b", 3, "a\u00e9"},
      {"inside of two bytes", "a\u00e9b", 2, "a"},
      {"inside of three bytes", "\u4e2d\u6587", 5, "\u4e2d"},
      {"first of three bytes", "\u4e2d\u6587", 4, "\u4e2d"},
      {"inside of four bytes", "\U0001f600\U0001f600", 7, "\U0001f600"},
      {"inside the first character", "\u4e2d", 2, ""},
      {"no UTF-8 at all", "\x80\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(cut_utf8(row.text, row.bytes_max), row.expected);
  }
}

}  // namespace
}  // namespace mega
