#include "base/spool.h"

#include "tests/support/scratch.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Spool, GivesTextsBackInOrderWhereverTheyWaited) {
  const Scratch scratch;
  for (const std::size_t memory : {0, 10, 1000}) {
    SCOPED_TRACE(memory);
    Spool spool(scratch.path(), memory);
    EXPECT_TRUE(spool.empty());
    const std::string texts[] = {"one", std::string(5000, 'x'), "", "three", std::string(9, '\0')};
    for (const std::string& text : texts) ASSERT_TRUE(spool.add(text));
    EXPECT_FALSE(spool.empty());
    EXPECT_EQ(scratch.entries(), 0u) << "its file has no name";
    for (const std::string& text : texts) {
      const auto next = spool.next();
      ASSERT_TRUE(next) << next.error().message;
      EXPECT_EQ(*next, text);
    }
    EXPECT_EQ(spool.next().value(), std::nullopt);
    EXPECT_TRUE(spool.empty());
  }
}

TEST(Spool, NeedsNoFolderForAFewBytes) {
  Spool spool("/nonexistent", 10);
  EXPECT_TRUE(spool.add("short"));
  const auto refused = spool.add("longer than ten bytes");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("/nonexistent"), std::string::npos);
  EXPECT_EQ(spool.next().value(), "short");
}

}  // namespace
}  // namespace mega
