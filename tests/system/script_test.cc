// mega script: the real binary keeps scripts for the hosts.
#include "tests/support/daemon_process.h"
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

class ScriptCommand : public testing::Test {
 protected:
  CommandEnd mega(std::vector<std::string> arguments) {
    return run_mega(
        {.arguments = std::move(arguments), .environment = {{"MEGA_DATA", server.folder()}}});
  }
  Scratch scratch;
  ServerProcess server{scratch / "data"};
};

TEST_F(ScriptCommand, PushesListsAndRemoves) {
  const std::string file = scratch.write("disk.sh", "df -h\n");
  auto end = mega({"script", "push", file});
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(end.out.starts_with("disk.sh version 1 ")) << end.out;
  // printf 'df -h\n' | sha256sum
  const std::string digest = "3242baedf369c64515b1cb0c47ea519e0e5c71911d863ff0e41d4ae9426fcd97";
  EXPECT_NE(end.out.find(digest), std::string::npos) << end.out;
  scratch.write("disk.sh", std::string("\xff\0binary", 8));
  EXPECT_TRUE(mega({"script", "push", file}).out.starts_with("disk.sh version 2 "));
  EXPECT_EQ(mega({"script", "push", "--name", "other", file}).code, 0);
  end = mega({"script", "list", "-o", "csv"});
  EXPECT_TRUE(end.out.starts_with("name,version,bytes,digest,added,added_by\ndisk.sh,2,8,"))
      << end.out;
  EXPECT_EQ(mega({"script", "remove", "disk.sh", "other"}).code, 0);
  EXPECT_EQ(mega({"script", "list", "-o", "json"}).out, "[]\n");
}

TEST_F(ScriptCommand, BringsAScriptToAHostBeforeItRunsAndNotAnother) {
  const TestHost host(scratch / "host");
  host.join(server, "db1");
  DaemonProcess daemon(host, {"--script-dir", scratch / "scripts"});
  ASSERT_TRUE(host.connects_to(server.port()));
  const auto run = [&] { return mega({"run", "--on", "db1", "hello.sh"}); };
  const auto push = [&](const std::string& text) {
    return mega({"script", "push", scratch.write("hello.sh", text)}).code;
  };
  EXPECT_NE(run().code, 0);  // nobody has it

  ASSERT_EQ(push("echo first\n"), 0);
  auto end = run();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("first"), std::string::npos) << end.out;
  ASSERT_EQ(push("echo second\n"), 0);
  EXPECT_NE(run().out.find("second"), std::string::npos);

  // Somebody changes it on the host.
  const std::string there = scratch / "scripts/hello.sh";
  scratch.write("scripts/hello.sh", "echo evil\n");
  end = run();
  EXPECT_EQ(end.out.find("evil"), std::string::npos) << end.out;
  EXPECT_NE((end.out + end.err).find("was changed on this host"), std::string::npos) << end.out;

  ASSERT_EQ(push("echo third\n"), 0);
  EXPECT_NE(run().out.find("third"), std::string::npos);
  ASSERT_EQ(mega({"script", "remove", "hello.sh"}).code, 0);
  EXPECT_NE(run().code, 0);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(ScriptCommand, SaysWhatIsWrong) {
  const std::string empty = scratch.write("empty.sh", "");
  const std::string hidden = scratch.write(".hidden", "x");
  const struct {
    std::vector<std::string> words;
    int code;
    const char* says;
  } cases[] = {
      {{"script"}, 2, ""},
      {{"script", "push"}, 2, "FILE"},
      {{"script", "push", scratch / "missing.sh"}, 7, "No such file"},
      {{"script", "push", empty}, 2, "empty"},
      {{"script", "push", hidden}, 2, "no name of a script"},
      {{"script", "push", "--name", "x", empty, hidden}, 2, "--name is for one file"},
      {{"script", "remove", "missing.sh"}, 7, "the server has no script"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.says);
    const auto end = mega(c.words);
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_EQ(end.out, "");
    EXPECT_NE(end.err.find(c.says), std::string::npos) << end.err;
  }
}

}  // namespace
}  // namespace mega
