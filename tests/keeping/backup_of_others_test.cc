// Backups of a data folder that is another user's, by root.
#include "tests/keeping/backup_fixture.h"
#include "tests/support/other_user.h"

#include <sys/stat.h>
#include <unistd.h>

namespace mega {
namespace {

// A data folder of another user, in which root works.
class BackupOfAnotherUser : public BackupOfTheCa {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root works in the places of others";
    ::chmod(folder.path().c_str(), 0755);
    make_ca_in(data);
    give_to_other(data);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
      give_to_other(entry.path());
    }
  }
};

TEST_F(BackupOfAnotherUser, IsMadeByRootAndRestoredForThatUser) {
  ASSERT_TRUE(back_up_here());
  EXPECT_EQ(owner_of(file), 0u);
  EXPECT_FALSE(inspect_backup(file)->site.empty());
  ASSERT_TRUE(restore(file, data, true));
  for (const char* name : {"/mega.db", "/tls", "/tls/ca.key", "/server.lock"}) {
    EXPECT_EQ(owner_of(data + name), other_user) << name;
  }
}

TEST_F(BackupOfAnotherUser, HoldsNothingThatTheUserCouldNotRead) {
  const std::string key = folder.write("key of root", "a secret of root");
  ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
  std::filesystem::remove(data + "/tls/server.key");
  std::filesystem::create_symlink(key, data + "/tls/server.key");
  give_to_other(data + "/tls/server.key");
  EXPECT_FALSE(back_up_here());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(BackupOfAnotherUser, IsGivenToNoThirdUser) {
  const std::string third = folder / "third";
  std::filesystem::create_directory(third);
  ASSERT_EQ(::chown(third.c_str(), other_user + 1, other_user + 1), 0);
  const auto made = back_up(data, third + "/copy", false, clock);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::not_allowed);
  ASSERT_TRUE(back_up(data, data + "/copy", false, clock));
  EXPECT_EQ(owner_of(data + "/copy"), other_user);
}

TEST_F(BackupOfAnotherUser, IsRestoredIntoNoFolderBehindALink) {
  ASSERT_TRUE(back_up_here());
  const std::string own = folder / "of root";
  std::filesystem::create_directory(own);
  const std::string link = data + "/link";
  std::filesystem::create_symlink(own, link);
  give_to_other(link);
  EXPECT_FALSE(restore(file, link, true));
  EXPECT_TRUE(std::filesystem::is_empty(own));
}

}  // namespace
}  // namespace mega
