#include "base/lock_file.h"

#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace mega {
namespace {

TEST(LockFile, IsHeldByOneAndTellsWho) {
  const Scratch scratch;
  const std::string path = scratch / "lock";
  EXPECT_EQ(LockFile::holder(path).value(), std::nullopt);
  {
    const auto lock = LockFile::acquire(path);
    ASSERT_TRUE(lock.has_value());
    EXPECT_EQ(LockFile::holder(path).value(), ::getpid());
    const auto second = LockFile::acquire(path);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, Errc::refused);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  }
  // The file stays, and locks nothing.
  EXPECT_EQ(LockFile::holder(path).value(), std::nullopt);
  EXPECT_TRUE(LockFile::acquire(path).has_value());
}

TEST(LockFile, SaysWhatItCannotWrite) {
  const Scratch scratch;
  const auto lock = LockFile::acquire(scratch / "no/lock");
  ASSERT_FALSE(lock.has_value());
  EXPECT_EQ(lock.error().code, Errc::not_found);
}

}  // namespace
}  // namespace mega
