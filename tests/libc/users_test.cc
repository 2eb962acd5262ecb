#include "libc/users.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mega {
namespace {

TEST(Users, LineOfSevenFieldsIsAUser) {
  const auto user = parse_user("mysql:x:105:114:MySQL Server,,,:/var/lib/mysql:/bin/false");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "mysql");
  EXPECT_EQ(user->password, "x");
  EXPECT_EQ(user->uid, 105u);
  EXPECT_EQ(user->gid, 114u);
  EXPECT_EQ(user->comment, "MySQL Server,,,");
  EXPECT_EQ(user->home, "/var/lib/mysql");
  EXPECT_EQ(user->shell, "/bin/false");
}

TEST(Users, OtherLinesAreSkipped) {
  const struct {
    const char* name;
    const char* line;
  } cases[] = {
      {"blank", ""},
      {"comment", "# local users"},
      {"entry of NIS", "+::::::"},
      {"six fields", "a:x:1:1:a:/home/a"},
      {"eight fields", "a:x:1:1:a:/home/a:/bin/sh:"},
      {"user id is no number", "a:x:one:1:a:/:/bin/sh"},
      {"user id is negative", "a:x:-1:1:a:/:/bin/sh"},
      {"user id does not fit", "a:x:4294967296:1:a:/:/bin/sh"},
      {"no name", ":x:1:1:a:/:/bin/sh"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(parse_user(c.line));
  }
}

class UsersFile : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path_) << "# users\n"
                            "root:x:0:0:root:/root:/bin/bash\n"
                            "dba:x:1000:1000::/home/dba:/bin/sh\n"
                            "toor:x:0:0:root again:/root:/bin/sh\n"
                            "last:x:7:7::/:";  // no newline behind it
  }
  void TearDown() override { std::filesystem::remove(path_); }

  const std::string path_ =
      testing::TempDir() + "mega_users_" + std::to_string(getpid()) + "_passwd";
};

TEST_F(UsersFile, IsSearchedByNameAndByNumberFirstMatchFirst) {
  ASSERT_TRUE(find_user("dba", path_.c_str()));
  EXPECT_EQ(find_user("dba", path_.c_str())->home, "/home/dba");
  ASSERT_TRUE(find_user(0, path_.c_str()));
  EXPECT_EQ(find_user(0, path_.c_str())->name, "root");
  ASSERT_TRUE(find_user("last", path_.c_str()));
  EXPECT_EQ(find_user("last", path_.c_str())->shell, "");
}

TEST_F(UsersFile, WithoutTheUserOrWithoutTheFileFindsNobody) {
  EXPECT_FALSE(find_user("db", path_.c_str()));
  EXPECT_FALSE(find_user(12345, path_.c_str()));
  EXPECT_FALSE(find_user("root", "/nonexistent/passwd"));
}

TEST(Users, AreStoredInABufferThatIsLargeEnough) {
  const User user{.name = "ab",
                  .password = "x",
                  .uid = 3,
                  .gid = 4,
                  .comment = "",
                  .home = "/h",
                  .shell = "/s"};
  constexpr std::size_t needed = 3 + 2 + 1 + 3 + 3;  // each text and its zero byte
  for (std::size_t bytes = 0; bytes <= needed; ++bytes) {
    SCOPED_TRACE(bytes);
    std::string buffer(bytes, '#');
    passwd entry{};
    ASSERT_EQ(store_user(user, entry, buffer.data(), buffer.size()), bytes == needed);
    if (bytes < needed) continue;
    EXPECT_STREQ(entry.pw_name, "ab");
    EXPECT_STREQ(entry.pw_passwd, "x");
    EXPECT_EQ(entry.pw_uid, 3u);
    EXPECT_EQ(entry.pw_gid, 4u);
    EXPECT_STREQ(entry.pw_gecos, "");
    EXPECT_STREQ(entry.pw_dir, "/h");
    EXPECT_STREQ(entry.pw_shell, "/s");
  }
}

}  // namespace
}  // namespace mega
