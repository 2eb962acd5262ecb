// `mega run` with the real server and real daemons, through kills of either.
#include "base/text.h"
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A server, and daemons db1 and db2 with script folders of their own.
class RunWithDaemons : public testing::Test {
 protected:
  RunWithDaemons() {
    for (std::size_t i = 0; i < 2; ++i) {
      hosts_.push_back(std::make_unique<TestHost>(scratch_ / ("host" + std::to_string(i))));
      hosts_.back()->join(*server_, name_of_host(i));
      std::filesystem::create_directory(folder_of(i));
      daemons_.emplace_back();
      start_daemon(i);
    }
  }

  static std::string name_of_host(std::size_t i) { return "db" + std::to_string(i + 1); }
  std::string folder_of(std::size_t i) const { return scratch_ / ("scripts" + std::to_string(i)); }

  // Another one on the same data and port.
  void kill_and_start_server() {
    server_->child().signal(SIGKILL);
    server_->child().wait();
    server_ = std::make_unique<ServerProcess>(scratch_ / "data", std::vector<std::string>{},
                                              server_->address());
  }
  void start_daemon(std::size_t i) {
    daemons_[i].reset();
    daemons_[i] = std::make_unique<DaemonProcess>(
        *hosts_[i], std::vector<std::string>{"--script-dir", folder_of(i)});
  }
  void put_script(const std::string& name, const std::string& text) const {
    for (std::size_t i = 0; i < 2; ++i) {
      std::ofstream(folder_of(i) + "/" + name) << text;
      ::chmod((folder_of(i) + "/" + name).c_str(), 0755);
    }
  }
  Finished mega(std::vector<std::string> words) const { return server_->mega(std::move(words)); }

  // The file holds a line for each time that a script ran.
  std::string runs(const std::string& file) const { return text_of(scratch_ / file); }

  const Scratch scratch_;
  std::unique_ptr<ServerProcess> server_ = std::make_unique<ServerProcess>(
      scratch_ / "data", std::vector<std::string>{"--tasks-patience", "30s"});
  std::vector<std::unique_ptr<TestHost>> hosts_;
  std::vector<std::unique_ptr<DaemonProcess>> daemons_;
};

TEST_F(RunWithDaemons, ShowsWhatTheHostsPrinted) {
  put_script("hello.sh", "echo \"hello $1\"; echo oh >&2; exit ${2:-0}\n");
  const Finished both = mega({"run", "--on", "db[1-2]", "hello.sh", "two words"});
  EXPECT_EQ(both.code, 0) << both.errors << both.output;
  EXPECT_EQ(both.output, "db[1,2] (2 hosts): ok\nhello two words\noh\n");
  EXPECT_THAT(both.errors, HasSubstr("task 1, 2 hosts: 2 ok"));

  EXPECT_EQ(mega({"task", "again", "1", "--all"}).output, both.output);

  const Finished one = mega({"run", "--on", "db1", "hello.sh", "you", "3"});
  EXPECT_EQ(one.code, 3);
  EXPECT_EQ(one.output, "hello you\n");
  EXPECT_THAT(one.errors, AllOf(HasSubstr("oh\n"), HasSubstr("1 host: 1 failed")));

  const Finished live = mega({"run", "--live", "--on", "db[1-2]", "hello.sh", "x"});
  EXPECT_THAT(live.output, AllOf(HasSubstr("db1: hello x\n"), HasSubstr("db2: hello x\n")));

  const Finished which = mega({"run", "--on", "127.0.0.1", "hello.sh"});
  EXPECT_EQ(which.code, 2);
  EXPECT_THAT(which.errors, HasSubstr("is the address of 2 hosts: say which one, db1 or db2"));
  const Finished refused = mega({"run", "--on", "db[1-2]", "missing.sh"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.output, HasSubstr("db1: refused, there is no script missing.sh in "));
  const Finished command = mega({"run", "--on", "db1", "--", "uptime"});
  EXPECT_EQ(command.code, 3);
  EXPECT_THAT(command.errors, HasSubstr("1 refused"));
}

TEST_F(RunWithDaemons, LosesNothingOfWhatIsPrintedLive) {
  put_script("much.sh", "printf 'a\\tb\\n'; seq 1 100000\n");
  const Finished live = mega({"run", "--live", "--per-cluster", "0", "--on", "db[1-2]", "much.sh"});
  EXPECT_EQ(live.code, 0) << live.errors;
  std::map<std::string, std::string> printed;  // by host
  for (const std::string_view line : split(live.output, '\n')) {
    const auto colon = line.find(": ");
    if (colon != line.npos) {
      printed[std::string(line.substr(0, colon))].append(line.substr(colon + 2)) += '\n';
    }
  }
  std::string want = "a\tb\n";
  for (int i = 1; i <= 100'000; ++i) want += fmt::format("{}\n", i);
  // EXPECT_EQ would print a megabyte.
  for (const char* host : {"db1", "db2"}) EXPECT_TRUE(printed[host] == want) << host;
}

TEST_F(RunWithDaemons, AnswersEnvelopesOfType1) {
  put_script("hello.sh", "echo \"$# $1\"; exit ${2:-0}\n");
  const auto call = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"call", "hello.sh", "--type", "1", "--target", "db1,db2"};
    words.insert(words.end(), more.begin(), more.end());
    return mega(words);
  };
  const Finished both = call({"'two words'"});
  EXPECT_EQ(both.code, 0) << both.errors;
  EXPECT_EQ(both.output, "[('db1', 0, '1 two words'), ('db2', 0, '1 two words')]\n");
  EXPECT_EQ(call({"'x', 3"}).output, "[('db1', 768, '2 x'), ('db2', 768, '2 x')]\n");
  EXPECT_EQ(call({}).output, "[('db1', 0, '0 '), ('db2', 0, '0 ')]\n");
  const Finished unknown = mega({"call", "hello.sh", "--type", "1", "--target", "db9"});
  EXPECT_EQ(unknown.code, 7);
  EXPECT_EQ(mega({"call", "hello.sh", "--type", "1"}).code, 2);
}

TEST_F(RunWithDaemons, RunsWhatIsScheduledOnHosts) {
  put_script("night.sh", "echo night >> " + scratch_ / "ran" + "\n");
  const std::string soon = format_local({system_clock().now().seconds + 1});
  const Finished made =
      mega({"call", "night.sh", "--type", "1", "--target", "db[1-2]", "--time", soon});
  EXPECT_EQ(made.code, 0) << made.errors;
  EXPECT_EQ(made.output, "1\n");
  const auto ended = [&] {
    return mega({"task", "list", "-o", "csv"}).output.find(",done,") != std::string::npos;
  };
  EXPECT_TRUE(eventually(ended));
  EXPECT_EQ(runs("ran"), "night\nnight\n");
  EXPECT_THAT(mega({"schedule", "runs", "1"}).output, HasSubstr("ok: task 1"));
  EXPECT_THAT(mega({"schedule", "list", "--all", "-o", "json"}).output,
              HasSubstr(R"("last_state": "ok")"));
  EXPECT_EQ(mega({"call", "bad.sh", "--type", "1", "--target", "db1", "--time",
                  format_local({system_clock().now().seconds + 1})})
                .output,
            "2\n");
  EXPECT_TRUE(eventually([&] {
    return mega({"schedule", "runs", "2"}).output.find("failed: task 2") != std::string::npos;
  })) << "there is no such script";
  EXPECT_THAT(mega({"schedule", "list", "--all"}).output, HasSubstr("failed: task 2"));
}

TEST_F(RunWithDaemons, BringsTheScriptAlong) {
  const std::string file = scratch_.write("pushed.sh", "echo version one\n");
  ASSERT_EQ(mega({"script", "push", file}).code, 0);
  EXPECT_EQ(mega({"run", "--on", "db1", "pushed.sh"}).output, "version one\n");
  scratch_.write("pushed.sh", "echo version two\n");
  ASSERT_EQ(mega({"script", "push", file}).code, 0);
  const Finished second = mega({"run", "--on", "db[1-2]", "pushed.sh"});
  EXPECT_EQ(second.output, "db[1,2] (2 hosts): ok\nversion two\n") << second.errors;
}

TEST_F(RunWithDaemons, GivesAnInputThatNobodySees) {
  put_script("reads.sh", "read -r line\necho \"${#line} characters\"\n");  // output is kept
  const std::string input = scratch_.write("input", "hunter2\n");
  EXPECT_EQ(mega({"run", "--on", "db1", "--input", input, "reads.sh"}).output, "7 characters\n");
  EXPECT_THAT(server_->child().errors(), testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(mega({"call", "get_audit", "-o", "json"}).output, testing::Not(HasSubstr("hunter2")));
  const auto is_in_store = [&] {
    const std::string store = scratch_ / "data/mega.db";
    return (text_of(store) + text_of(store + "-wal")).find("hunter2") != std::string::npos;
  };
  EXPECT_TRUE(eventually([&] { return !is_in_store(); })) << "once the task has ended";
}

TEST_F(RunWithDaemons, RunsOnceThroughAKillOfTheServer) {
  put_script("slow.sh", "echo ran >> " + (scratch_ / "ran") + "\nwhile [ ! -e " +
                            (scratch_ / "go") + " ]; do sleep 0.05; done\necho done\n");
  ASSERT_EQ(mega({"run", "--detach", "--on", "db[1-2]", "slow.sh"}).output, "1\n");
  ASSERT_TRUE(eventually([&] { return runs("ran") == "ran\nran\n"; }));
  kill_and_start_server();
  scratch_.write("go", "");
  const Finished end = mega({"task", "show", "1", "--follow"});
  EXPECT_EQ(end.code, 0) << end.errors << end.output;
  EXPECT_EQ(end.output, "db[1,2] (2 hosts): ok\ndone\n");
  EXPECT_EQ(runs("ran"), "ran\nran\n");
}

TEST_F(RunWithDaemons, TellsTheTruthThroughAKillOfTheDaemon) {
  put_script("slow.sh", "echo ran >> " + (scratch_ / "ran") + "\nsleep 600\n");
  ASSERT_EQ(mega({"run", "--detach", "--on", "db1", "slow.sh"}).output, "1\n");
  ASSERT_TRUE(eventually([&] { return runs("ran") == "ran\n"; }));
  daemons_[0]->child().signal(SIGKILL);
  daemons_[0]->child().wait();
  start_daemon(0);
  const Finished end = mega({"task", "show", "1", "--follow"});
  EXPECT_EQ(end.code, 3) << end.errors << end.output;
  EXPECT_THAT(end.output, HasSubstr("db1: lost"));
  EXPECT_EQ(runs("ran"), "ran\n");
}

TEST_F(RunWithDaemons, EndsWhatIsCancelled) {
  put_script("slow.sh", "echo ran >> " + (scratch_ / "ran") + "\nsleep 600\n");
  ASSERT_EQ(mega({"run", "--detach", "--on", "db[1-2]", "--batch", "1", "slow.sh"}).code, 0);
  ASSERT_TRUE(eventually([&] { return !runs("ran").empty(); }));
  const Finished end = mega({"task", "cancel", "1"});
  EXPECT_EQ(end.code, 3);
  EXPECT_THAT(end.errors, HasSubstr("2 hosts: 2 cancelled"));
  EXPECT_EQ(runs("ran"), "ran\n");
}

}  // namespace
}  // namespace mega
