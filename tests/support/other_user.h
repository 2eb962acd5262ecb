// A user without rights, for tests of files that other users own. Only root can make its files.
#pragma once

#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace mega {

inline constexpr uid_t other_user =
    54321;  // without an entry in /etc/passwd; its group has the same number

inline uid_t owner_of(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0 ? facts.st_uid : static_cast<uid_t>(-1);
}

inline mode_t mode_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777 : 0;
}

inline void give_to_other(const std::string& path) {
  ASSERT_EQ(::lchown(path.c_str(), other_user, other_user), 0) << path;
}

// A folder that all may enter, with `theirs` in it, a folder of the other user.
class OtherUsersPlace : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root works in the places of others";
    ASSERT_EQ(::chmod(scratch.path().c_str(), 0755), 0);
    ASSERT_EQ(::mkdir(theirs.c_str(), 0755), 0);
    give_to_other(theirs);
  }

  // A link of the other user.
  std::string link(const std::string& target, const std::string& name = "theirs/link") const {
    const std::string path = scratch / name;
    EXPECT_EQ(::symlink(target.c_str(), path.c_str()), 0);
    give_to_other(path);
    return path;
  }
  // A file that only root may read.
  std::string secret(const std::string& name = "secret",
                     const std::string& text = "of root\n") const {
    const std::string path = scratch.write(name, text);
    EXPECT_EQ(::chmod(path.c_str(), 0600), 0);
    return path;
  }

  const Scratch scratch;
  const std::string theirs = scratch / "theirs";
};

}  // namespace mega
