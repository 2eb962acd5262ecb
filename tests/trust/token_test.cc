#include "trust/token.h"

#include "trust/crypto.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

Token example() {
  return {.address = "mega.example:1104",
          .role = Role::agent,
          .expires = {1'800'000'000},
          .pin = std::string(32, 'p'),
          .secret = std::string(31, 's') + '\0',
          .name = "db01"};
}

TEST(Token, IsReadBackAsItWasWritten) {
  Token without_name = example();
  without_name.name.clear();
  for (const Token& token : {example(), without_name}) {
    const auto read = parse_token(" " + write_token(token) + "\n");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, token);
  }
}

TEST(Token, IsOneWordThatAShellTakesAsItIs) {
  const std::string text = write_token(example());
  EXPECT_EQ(
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
      std::string::npos)
      << text;
}

TEST(Token, MistypedAnywhereIsToldFromRefused) {
  const std::string text = write_token(example());
  for (std::size_t i = 6; i < text.size(); ++i) {
    SCOPED_TRACE(i);
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto read = parse_token(changed);
    // The last letter may hold bits that base64 does not use; then the strict reader refuses it as
    // well.
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    const auto cut = parse_token(text.substr(0, i));
    ASSERT_FALSE(cut);
  }
}

TEST(Token, OfAnotherKindSaysWhatIsWrong) {
  const struct {
    const char* name;
    std::string text;
    const char* says;
  } cases[] = {
      {"nothing", "", "no join token"},
      {"a word", "hunter2", "no join token"},
      {"the prefix alone", "mega1-", "mistyped"},
      {"white space inside", write_token(example()).insert(20, " "), "mistyped"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto read = parse_token(c.text);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
}

TEST(Token, ThatWouldMakeAnAdminIsRefused) {
  Token token = example();
  token.role = Role::admin;
  const auto read = parse_token(write_token(token));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("makes no sense"), std::string::npos) << read.error().message;
}

}  // namespace
}  // namespace mega
