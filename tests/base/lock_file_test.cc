#include "base/lock_file.h"

#include "tests/support/other_user.h"
#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

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

TEST(LockFile, CannotBeLockedByOtherUsers) {
  const Scratch scratch;
  const std::string path = scratch.write("of an earlier mega", "4711\n");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  for (const std::string& file : {path, scratch / "new"}) {
    const auto lock = LockFile::acquire(file);
    ASSERT_TRUE(lock.has_value());
    EXPECT_EQ(mode_of(file), 0600u);
  }
}

TEST(LockFile, IsARegularFile) {
  const Scratch scratch;
  const std::string fifo = scratch / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_FALSE(LockFile::acquire(fifo).has_value());
}

TEST(LockFile, RemovesItsOwnFileAlone) {
  const Scratch scratch;
  const std::string path = scratch / "lock";
  const auto lock = LockFile::acquire(path);
  ASSERT_TRUE(lock.has_value());
  ASSERT_EQ(::rename(path.c_str(), (scratch / "moved").c_str()), 0);
  scratch.write("lock", "1\n");
  lock->remove(path);
  EXPECT_EQ(scratch.read("lock"), "1\n");
  lock->remove(scratch / "moved");
  EXPECT_EQ(scratch.entries(), 1u);
}

class LockFileOfRoot : public OtherUsersPlace {};

TEST_F(LockFileOfRoot, IsMadeWithTheRightsOfTheFoldersOwner) {
  const auto lock = LockFile::acquire(theirs + "/pid");
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(owner_of(theirs + "/pid"), other_user);
  const std::string folder = scratch / "closed";
  ASSERT_EQ(::mkdir(folder.c_str(), 0755), 0);
  EXPECT_FALSE(LockFile::acquire(link(folder) + "/pid").has_value());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// The other user may have written the pid of any process, for root to stop.
TEST_F(LockFileOfRoot, IsBelievedOnlyWhenItIsRoots) {
  give_to_other(scratch.write("theirs/pid", "1\n"));
  const auto holder = LockFile::holder(theirs + "/pid");
  ASSERT_FALSE(holder.has_value());
  EXPECT_EQ(holder.error().code, Errc::refused);
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
