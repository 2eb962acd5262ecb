#include "base/as_owner.h"

#include "tests/support/other_user.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <cerrno>
#include <future>

namespace mega {
namespace {

class AsOwnerTest : public OtherUsersPlace {
 protected:
  // Whether this thread may read a file; closes it again.
  static bool may_read(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) ::close(file);
    return file >= 0;
  }
};

TEST_F(AsOwnerTest, FindsTheUserThatDecidesWhereAPathLeads) {
  const std::string own = scratch / "own";
  ASSERT_EQ(::mkdir(own.c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((theirs + "/of_root").c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((scratch / "all").c_str(), 0777), 0);
  ASSERT_EQ(::chmod((scratch / "all").c_str(), 01777), 0);
  give_to_other(scratch.write("own/theirs", ""));
  give_to_other(scratch.write("all/theirs", ""));
  scratch.write("all/own", "");
  link(own, "own/their_link");
  link(own, "theirs/link");
  ASSERT_EQ(::symlink(theirs.c_str(), (own + "/into").c_str()), 0);
  ASSERT_EQ(::symlink("../own/file", (own + "/round").c_str()), 0);
  ASSERT_EQ(::symlink("theirs", (own + "/beside").c_str()), 0);
  ASSERT_EQ(::symlink("loop", (own + "/loop").c_str()), 0);
  const struct {
    const char* name;
    std::string path;
    bool foreign;
  } cases[] = {
      {"a folder of root", own, false},
      {"a file that is missing", own + "/missing", false},
      {"a file of the user in root's folder", own + "/theirs", false},
      {"the user's folder", theirs, true},
      {"what is missing in it", theirs + "/missing/more", true},
      {"root's folder in it", theirs + "/of_root/file", true},
      {"through it and out again", theirs + "/../own", true},
      {"the user's link to root's folder", own + "/their_link/file", true},
      {"the user's link in the user's folder", theirs + "/link/file", true},
      {"root's link into the user's folder", own + "/into/file", true},
      {"root's link to root's file", own + "/round", false},
      {"root's link to the user's file in root's folder", own + "/beside", false},
      {"a loop", own + "/loop", false},
      {"the user's file in a folder for all", scratch / "all/theirs", true},
      {"root's file in a folder for all", scratch / "all/own", false},
      {"an open file", "/proc/self/fd/0", false},
      {"the root folder", "/", false},
      {"no path", "", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto owner = foreign_owner(c.path);
    ASSERT_EQ(owner.has_value(), c.foreign);
    if (!owner) continue;
    EXPECT_EQ(owner->uid, other_user);
    EXPECT_EQ(owner->gid, other_user);
  }
}

TEST_F(AsOwnerTest, HasTheRightsOfThatUserUntilTheEndOfTheScope) {
  const std::string file = secret();
  {
    const AsOwner as_owner(theirs);
    EXPECT_FALSE(may_read(file));
    scratch.write("theirs/made", "x");
  }
  EXPECT_TRUE(may_read(file));
  EXPECT_EQ(owner_of(theirs + "/made"), other_user);
  EXPECT_EQ(owner_of(scratch.write("after", "x")), 0u);
}

TEST_F(AsOwnerTest, LosesTheGroupsOfRoot) {
  const std::string file = secret();
  ASSERT_EQ(::chmod(file.c_str(), 0060), 0);  // root's group alone
  const AsOwner as_owner(theirs);
  EXPECT_FALSE(may_read(file));
}

TEST_F(AsOwnerTest, ConcernsItsThreadAndThoseThatItStarts) {
  const std::string file = secret();
  std::promise<void> changed;
  auto of_before = std::async(std::launch::async, [&] {
    changed.get_future().wait();
    return may_read(file);
  });
  const AsOwner as_owner(theirs);
  auto of_after = std::async(std::launch::async, [&] { return may_read(file); });
  changed.set_value();
  EXPECT_TRUE(of_before.get());
  EXPECT_FALSE(of_after.get());
}

TEST_F(AsOwnerTest, AnInnerOneKeepsTheUserOfTheOuterOne) {
  const AsOwner outer(theirs);
  {
    const AsOwner inner(scratch.path());
    scratch.write("theirs/inner", "x");
  }
  scratch.write("theirs/outer", "x");
  EXPECT_EQ(owner_of(theirs + "/inner"), other_user);
  EXPECT_EQ(owner_of(theirs + "/outer"), other_user);
}

TEST_F(AsOwnerTest, OpensALinkOnlyAsFarAsItsOwnerCould) {
  const std::string file = secret();
  EXPECT_EQ(open_as_owner(link(file), O_RDONLY), -1);
  EXPECT_EQ(errno, EACCES);
  const std::string own = scratch / "own_link";
  ASSERT_EQ(::symlink(file.c_str(), own.c_str()), 0);
  const int opened = open_as_owner(own, O_RDONLY);
  EXPECT_GE(opened, 0);
  ::close(opened);
}

TEST_F(AsOwnerTest, DoesNothingForOtherUsersThanRoot) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t third = other_user + 1;
    const bool changed = ::setresuid(third, third, third) == 0;
    ::_exit(changed && !foreign_owner(theirs) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace mega
