// The real binary as root, in places that another user owns.
#include "tests/support/mega_command.h"
#include "tests/support/other_user.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using testing::HasSubstr;

class RootInPlacesOfOthers : public OtherUsersPlace {
 protected:
  CommandEnd init() const { return run_mega({.arguments = {"server", "init", "--data", theirs}}); }

  // As the user that the folder belongs to would run it.
  static CommandEnd as_other(std::vector<std::string> words) {
    const std::string user = std::to_string(other_user);
    std::vector<std::string> all{"--reuid", user, "--regid", user, "--clear-groups", mega_binary()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program("setpriv",
                       {.arguments = all, .environment = {{"MEGA_CONFIG", "/dev/null"}}});
  }
};

TEST_F(RootInPlacesOfOthers, MakesAStoreForTheOwnerOfItsFolder) {
  const CommandEnd made = init();
  ASSERT_EQ(made.code, 0) << made.err;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(theirs)) {
    EXPECT_EQ(owner_of(entry.path()), other_user) << entry.path();
  }
  EXPECT_EQ(as_other({"server", "init", "--data", theirs}).code, 0) << "and that user can go on";
}

TEST_F(RootInPlacesOfOthers, ServesAsTheOwnerOfTheFolder) {
  ServerProcess server(theirs);
  EXPECT_EQ(owner_of(server.socket()), other_user);
  EXPECT_EQ(server.mega({"call", "add_server", "ip=10.0.0.1", "server_os=Debian"}).code, 0);
  EXPECT_EQ(server.stop(), 0);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(theirs)) {
    EXPECT_EQ(owner_of(entry.path()), other_user) << entry.path();
  }
}

TEST_F(RootInPlacesOfOthers, TouchesNothingBehindALink) {
  ASSERT_EQ(init().code, 0);
  const std::string own = scratch / "of_root";
  std::filesystem::create_directory(own);
  const std::string key = secret("of_root/server.key", "the key of another service");
  std::filesystem::rename(theirs + "/tls", theirs + "/former");
  link(own, "theirs/tls");
  EXPECT_NE(init().code, 0);
  EXPECT_EQ(owner_of(key), 0u);
  EXPECT_EQ(scratch.read("of_root/server.key"), "the key of another service");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(own), {}), 1);
}

TEST_F(RootInPlacesOfOthers, LeavesALogThatItsOwnerCanWrite) {
  const std::string log = theirs + "/mega.log";
  const std::map<std::string, std::string> environment{{"MEGA_LOG_FILE_NAME", log}};
  EXPECT_EQ(run_mega({.arguments = {"log", "backup", "done"}, .environment = environment}).code, 0);
  EXPECT_EQ(owner_of(log), other_user);
}

TEST_F(RootInPlacesOfOthers, RunsNoDaemonThere) {
  ServerProcess server(scratch / "data");
  const std::string tls = scratch / "tls";
  const Finished token = server.mega({"server", "token", "--role", "agent", "--name", "db1"});
  ASSERT_EQ(run_mega({.arguments = {"join", "-", "--tls-dir", tls}, .input = token.output}).code,
            0);
  const CommandEnd daemon =
      run_mega({.arguments = {"daemon", "--foreground", "--data", theirs + "/agent", "--tls-dir",
                              tls, "--listen", "127.0.0.1:0"}});
  EXPECT_EQ(daemon.code, 6);
  EXPECT_THAT(daemon.err, HasSubstr("may be changed by user 54321"));
  EXPECT_TRUE(std::filesystem::is_empty(theirs));
}

}  // namespace
}  // namespace mega
