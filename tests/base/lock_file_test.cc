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

TEST(LockFile, LeavesAloneWhatHoldsNoPid) {
  const Scratch scratch;
  const struct {
    const char* name;
    std::string content;
    bool taken;
  } cases[] = {
      {"nothing", "", true},
      {"a pid of before", "4711\n", true},
      {"zeros after a power cut", std::string(5, '\0'), true},
      {"a word", "root\n", false},
      {"a text that begins with a number", "10.0.0.1 db1\n", false},
      {"many numbers", std::string(40, '7'), false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = scratch.write("file", c.content);
    EXPECT_EQ(LockFile::acquire(path).has_value(), c.taken);
    EXPECT_EQ(scratch.read("file") == c.content, !c.taken);
  }
}

TEST(LockFile, FollowsNoLink) {
  const Scratch scratch;
  const std::string link = scratch / "link";
  ASSERT_EQ(::symlink(scratch.write("target", "4711\n").c_str(), link.c_str()), 0);
  EXPECT_FALSE(LockFile::acquire(link).has_value());
  EXPECT_EQ(scratch.read("target"), "4711\n");
}

TEST(LockFile, SaysWhatItCannotWrite) {
  const Scratch scratch;
  const auto lock = LockFile::acquire(scratch / "no/lock");
  ASSERT_FALSE(lock.has_value());
  EXPECT_EQ(lock.error().code, Errc::not_found);
}

}  // namespace
}  // namespace mega
