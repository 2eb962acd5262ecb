// `mega run` and `mega task` with the real binary on both sides and daemons of 2014 on the hosts.
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>
#include <memory>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// A daemon of 2014 that gives the same answer to everybody.
class OldDaemon {
 public:
  OldDaemon(const std::string& file, const std::string& answer) {
    std::ofstream(file) << answer;
    child_ = std::make_unique<Child>(std::vector<std::string>{
        "/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py", "serve",
        "0", file});
    port_ = child_->read_line().substr(6);
  }
  ~OldDaemon() {
    child_->signal(SIGKILL);
    child_->wait();
  }
  const std::string& port() const { return port_; }
  Child& child() { return *child_; }

 private:
  std::unique_ptr<Child> child_;
  std::string port_;
};

class RunOnHosts : public testing::Test {
 protected:
  RunOnHosts() {
    add("127.0.0.1", "db01", "daemon=legacy:" + fine_.port());
    add("127.0.0.2", "db02", "daemon=legacy:" + port_of_nobody());
    add("127.0.0.3", "db03", "env=test");
  }

  // Of nobody who listens: the port of a daemon that has gone.
  std::string port_of_nobody() const { return OldDaemon(scratch_ / "gone", "").port(); }

  void add(const std::string& ip, const std::string& name, const std::string& tag) {
    const auto equals = tag.find('=');
    const Finished added =
        server_->mega({"call", "add_server",
                       fmt::format("'{}',server_name='{}',server_tags={{'{}': '{}'}}", ip, name,
                                   tag.substr(0, equals), tag.substr(equals + 1))});
    EXPECT_EQ(added.code, 0) << added.errors;
  }

  Finished mega(std::vector<std::string> words) const { return server_->mega(std::move(words)); }

  const Scratch scratch_;
  OldDaemon fine_{scratch_ / "fine", "(0, 'all is well')"};
  std::unique_ptr<ServerProcess> server_ = std::make_unique<ServerProcess>(
      scratch_ / "data", std::vector<std::string>{"--tasks-patience", "200ms"});
};

TEST_F(RunOnHosts, PrintsWhatOneHostPrinted) {
  const Finished run = mega({"run", "--on", "db01", "check.sh", "-a", "two words"});
  EXPECT_EQ(run.code, 0) << run.errors;
  EXPECT_EQ(run.output, "all is well");
  const std::string request = fine_.child().read_line();
  EXPECT_THAT(request, AllOf(HasSubstr("'VALUE': 'check.sh'"), HasSubstr("-a two words")));
}

TEST_F(RunOnHosts, AddsUpWhatSeveralHostsDid) {
  const Finished run = mega({"run", "--on", "db[01-03]", "check.sh"});
  EXPECT_EQ(run.code, 4) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("db01: ok\nall is well\n"));
  EXPECT_THAT(run.output, HasSubstr("db03: unreachable, its daemon is not connected"));
  EXPECT_THAT(run.errors, HasSubstr("3 hosts: 1 ok, 2 unreachable"));

  const Finished shown = mega({"task", "show", "1"});
  EXPECT_EQ(shown.code, 4);
  EXPECT_EQ(shown.output, run.output);
  const Finished json = mega({"task", "show", "1", "-o", "json"});
  EXPECT_THAT(json.output, HasSubstr("{\"host\": \"db01\""));
  EXPECT_THAT(mega({"task", "list", "-o", "csv"}).output, HasSubstr("1,done,check.sh,3,0,1,0,2"));
  EXPECT_THAT(mega({"task", "log", "-o", "csv"}).output, HasSubstr("1,db01,"));

  const Finished again = mega({"task", "again", "1"});
  EXPECT_EQ(again.code, 4) << again.errors;
  EXPECT_THAT(again.errors, HasSubstr("2 hosts: 2 unreachable"));
}

TEST_F(RunOnHosts, RefusesWhatCannotRunAndStartsNothing) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    int code;
    const char* sentence;
  } cases[] = {
      {"an unknown host", {"--on", "db0x", "check.sh"}, 7, "did you mean"},
      {"a list with a mistake", {"--on", "db[1-", "check.sh"}, 2, "^"},
      {"a condition with a mistake", {"--where", "nam=db01", "check.sh"}, 2, "^"},
      {"a path", {"--on", "db01", "../check.sh"}, 2, "check.sh"},
      {"no hosts", {"check.sh"}, 2, "--on HOSTS"},
      {"no script", {"--on", "db01"}, 2, "SCRIPT"},
      {"a variable", {"--on", "db01", "--env", "A", "check.sh"}, 2, "NAME=VALUE"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> words = c.words;
    words.insert(words.begin(), "run");
    const Finished refused = mega(words);
    EXPECT_EQ(refused.code, c.code) << refused.errors;
    EXPECT_EQ(refused.output, "");
    EXPECT_THAT(refused.errors, HasSubstr(c.sentence));
  }
  EXPECT_EQ(mega({"call", "get_all_task"}).output, "([], 0)\n");
  EXPECT_EQ(mega({"task", "show", "9"}).code, 7);
  EXPECT_EQ(mega({"task", "cancel", "9"}).code, 7);
}

TEST_F(RunOnHosts, RefusesACommandWhereADaemonCannotRunOne) {
  const Finished run = mega({"run", "--on", "db01", "--", "uptime", "-p"});
  EXPECT_EQ(run.code, 3) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("a daemon of 2014 cannot run a free command"));
  EXPECT_THAT(mega({"task", "list", "-o", "csv"}).output, HasSubstr("uptime -p"));
}

TEST_F(RunOnHosts, TellsThePlan) {
  const Finished plan = mega({"run", "--where", "tag.env=test", "-n", "-o", "csv", "check.sh"});
  EXPECT_EQ(plan.code, 0) << plan.errors;
  EXPECT_THAT(plan.output, HasSubstr("db03,127.0.0.3,db03,\"\",\"\",away"));
  EXPECT_THAT(plan.errors, HasSubstr("1 host; nothing is done"));
}

TEST_F(RunOnHosts, WaitsForHostsAsLongAsItIsToldThroughAKillOfTheServer) {
  const Finished begun = mega({"run", "--on", "db03", "--expires", "1h", "--detach", "check.sh"});
  ASSERT_EQ(begun.code, 0) << begun.errors;
  EXPECT_EQ(begun.output, "1\n");
  server_->child().signal(SIGKILL);
  server_->child().wait();
  server_ = std::make_unique<ServerProcess>(scratch_ / "data");
  const Finished waiting = mega({"task", "show", "1"});
  EXPECT_EQ(waiting.code, 0);
  EXPECT_THAT(waiting.output, StartsWith("db03: waiting"));
  const Finished cancelled = mega({"task", "cancel", "1"});
  EXPECT_EQ(cancelled.code, 3) << cancelled.errors;
  EXPECT_THAT(cancelled.output, HasSubstr("db03: cancelled"));
}

TEST_F(RunOnHosts, AnswersCallersOf2014) {
  EXPECT_EQ(mega({"call", "remote_cmd", "'127.0.0.1',3306,'check.sh','bash',None,'x'"}).output,
            "(0, 'all is well')\n");
  EXPECT_EQ(mega({"call", "remote_cmd", "'127.0.0.2',3306,'check.sh','bash'"}).output, "0\n");
  EXPECT_EQ(mega({"call", "remote_cmd", "'127.0.0.9',3306,'check.sh','bash'"}).code, 7);
}

}  // namespace
}  // namespace mega
