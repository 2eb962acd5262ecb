#include "api/report_section.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(ShellWord, IsOneWordWhateverTheText) {
  const std::pair<const char*, const char*> cases[] = {
      {"db1.example:3306", "db1.example:3306"},
      {"", "''"},
      {"a b", "'a b'"},
      {"cluster=\"c0\"", "'cluster=\"c0\"'"},
      {"x;id $(id) `id`", "'x;id $(id) `id`'"},
      {"it's", R"('it'\''s')"},
      {"*", "'*'"},
  };
  for (const auto& [text, word] : cases) EXPECT_EQ(shell_word(text), word);
}

}  // namespace
}  // namespace mega
