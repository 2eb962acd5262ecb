// A daemon that is frozen while its script runs: the task goes on without it, nothing runs twice,
// and what it tells once it wakes up is recorded beside its end.
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <memory>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::Not;

class FrozenDaemons : public testing::Test {
 protected:
  FrozenDaemons() {
    std::filesystem::create_directory(scratch_ / "scripts");
    const std::string script = scratch_.write("scripts/slow.sh",
                                              "echo run >>$1/runs\n"
                                              "until [ -e $1/go ]; do sleep 0.02; done\n"
                                              "echo the end\n");
    ::chmod(script.c_str(), 0755);
    frozen_ = start("db1", host_);
    lively_ = start("db2", other_host_);
  }

  std::unique_ptr<DaemonProcess> start(const std::string& name, const TestHost& host) {
    host.join(*server_, name);
    auto daemon = std::make_unique<DaemonProcess>(
        host, std::vector<std::string>{"--script-dir", scratch_ / "scripts"},
        std::map<std::string, std::string>{{"MEGA_RUN_GRACE", "100ms"}});
    EXPECT_TRUE(host.connects_to(server_->port()));
    return daemon;
  }
  static std::vector<std::string> settings() { return {"--tasks-patience", "3s"}; }
  void restart_server() {
    server_->child().signal(SIGKILL);
    server_->child().wait();
    server_ = std::make_unique<ServerProcess>(scratch_ / "data", settings(), server_->address());
  }
  void freeze() { frozen_->child().signal(SIGSTOP); }
  void wake_up() { frozen_->child().signal(SIGCONT); }

  void begin(const std::string& time_limit) {
    const Finished begun = server_->mega({"run", "--detach", "--on", "db1,db2", "--batch", "1",
                                          "--time-limit", time_limit, "slow.sh", scratch_.path()});
    ASSERT_EQ(begun.output, "1\n") << begun.errors;
  }
  std::string runs() const {
    return std::filesystem::exists(scratch_ / "runs") ? scratch_.read("runs") : "";
  }
  Finished end() const { return server_->mega({"task", "show", "1", "--follow", "-o", "json"}); }
  std::string now() const { return server_->mega({"task", "show", "1", "-o", "json"}).output; }
  bool is_told() const { return end().output.find(R"("reported")") != std::string::npos; }

  const Scratch scratch_;
  std::unique_ptr<ServerProcess> server_ =
      std::make_unique<ServerProcess>(scratch_ / "data", settings());
  const TestHost host_{scratch_ / "host"}, other_host_{scratch_ / "other"};
  std::unique_ptr<DaemonProcess> frozen_, lively_;
};

TEST_F(FrozenDaemons, AreLostAndToldOfOnceTheyWakeUp) {
  begin("2s");
  ASSERT_TRUE(eventually([&] { return runs() == "run\n"; }));
  freeze();
  scratch_.write("go", "");
  const Finished ended = end();
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.output, HasSubstr(R"("state": "lost")"));
  EXPECT_THAT(ended.output, HasSubstr("it had to be over after 2600ms, and its daemon is "
                                      "connected but silent"));
  EXPECT_THAT(ended.output, HasSubstr(R"("state": "ok")")) << "db2 had its turn";
  EXPECT_EQ(runs(), "run\nrun\n");

  wake_up();
  EXPECT_TRUE(eventually([&] { return is_told(); })) << end().output;
  const Finished told = end();
  EXPECT_EQ(told.code, 3) << "lost it stays";
  EXPECT_THAT(told.output, HasSubstr(R"("state": "lost")"));
  EXPECT_THAT(told.output, HasSubstr("the end"));
  EXPECT_THAT(server_->mega({"task", "show", "1"}).output, HasSubstr("told later, "));
  EXPECT_THAT(server_->mega({"task", "list", "-o", "csv"}).output, HasSubstr(",2,0,1,1,0,0,"));
  EXPECT_EQ(runs(), "run\nrun\n");
}

TEST_F(FrozenDaemons, AreLostByAServerThatWasStartedAnewAndTellTheNextOne) {
  begin("2s");
  ASSERT_TRUE(eventually([&] { return runs() == "run\n"; }));
  freeze();
  scratch_.write("go", "");
  restart_server();
  const Finished ended = end();
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.output, HasSubstr("its daemon is away since"));
  restart_server();
  EXPECT_THAT(end().output, Not(HasSubstr("reported")));
  wake_up();
  EXPECT_TRUE(eventually([&] { return is_told(); })) << end().output;
  EXPECT_THAT(end().output, HasSubstr("the end"));
  EXPECT_EQ(runs(), "run\nrun\n");
}

// Its order waits in its socket while it sleeps.
TEST_F(FrozenDaemons, DoNotStartWhatWasGivenUpBeforeTheyTookIt) {
  freeze();
  begin("1h");
  EXPECT_TRUE(eventually([&] { return runs() == "run\n"; })) << "db2 has its turn";
  EXPECT_THAT(now(), HasSubstr("its daemon has not said that it took it"));
  wake_up();
  EXPECT_TRUE(eventually([&] { return now().find(R"("reported")") != std::string::npos; }));
  EXPECT_THAT(now(), HasSubstr(R"("state": "cancelled")"));
  scratch_.write("go", "");
  EXPECT_EQ(end().code, 3);
}

}  // namespace
}  // namespace mega
