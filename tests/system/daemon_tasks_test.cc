// What the real daemon runs, asked at its unix socket: each task once, whatever dies in between.
#include "base/text.h"
#include "net/client.h"
#include "tasks/format/order.h"
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"
#include "tests/support/small_disk.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace mega {
namespace {

class DaemonTasks : public testing::Test {
 protected:
  DaemonTasks() {
    host.join(server, "db1");
    std::filesystem::create_directory(scratch / "scripts");
    std::filesystem::permissions(scratch / "scripts", std::filesystem::perms(0755));
  }
  std::unique_ptr<DaemonProcess> start() const {
    return std::make_unique<DaemonProcess>(
        host, std::vector<std::string>{"--script-dir", scratch / "scripts"},
        std::map<std::string, std::string>{{"MEGA_RUN_GRACE", "200ms"}});
  }
  void script(const std::string& name, const std::string& text) const {
    std::filesystem::permissions(scratch.write("scripts/" + name, text),
                                 std::filesystem::perms(0755));
  }
  std::unique_ptr<Asker> asker() const {
    auto opened = Asker::open(*parse_endpoint("unix:" + host.data() + "/agent.sock"), {});
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  TaskOutcome run(const TaskOrder& order) const {
    const auto with = asker();
    if (!with) return {};
    auto answer = with->ask({.function = "run", .args = to_value(order)});
    EXPECT_TRUE(answer) << answer.error().message;
    if (!answer) return {};
    const List& last = *answer->as<List>()->back().as<List>();
    EXPECT_EQ(last.at(0), Value("end"));
    return outcome_from(last.at(1)).value();
  }
  long runs() const { return std::ranges::count(scratch.read("runs"), '\n'); }
  bool process_is_gone(const std::string& file) const {
    const auto pid = parse_integer(trim(scratch.read(file)));
    return pid && *pid > 0 && eventually([&] { return ::kill(static_cast<pid_t>(*pid), 0) != 0; });
  }

  Scratch scratch;
  ServerProcess server{scratch / "data"};
  TestHost host{scratch / "host"};
};

TEST_F(DaemonTasks, RunOnceAlthoughTheDaemonIsKilledMeanwhile) {
  script("count.sh", "echo run >>" + (scratch / "runs") + "; sleep $1\n");
  constexpr int rounds = 12;
  int ok = 0, lost = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    scratch.write("runs", "");
    // The first daemon dies before it is asked, the last one surely while the script runs.
    const bool before = round == 0, while_it_runs = round == rounds - 1;
    const TaskOrder order{.id = std::to_string(round),
                          .script = "count.sh",
                          .args = {while_it_runs ? "1000" : "0.05"}};
    {
      auto daemon = start();
      const pid_t asking = ::fork();
      ASSERT_GE(asking, 0);
      if (asking == 0) {
        const auto with = before ? nullptr : asker();
        if (with) (void)with->ask({.function = "run", .args = to_value(order)});
        ::_exit(0);
      }
      ::usleep(static_cast<useconds_t>(round * 8000));  // wherever that hits
      if (while_it_runs) {
        EXPECT_TRUE(eventually([&] { return runs() > 0; }));
      }
      daemon->child().signal(SIGKILL);
      daemon->child().wait();
      ::waitpid(asking, nullptr, 0);
    }
    auto daemon = start();
    const auto outcome = run(order);
    EXPECT_LE(runs(), 1);
    ok += outcome.state == TaskState::ok && runs() == 1;
    lost += outcome.state == TaskState::lost;
    EXPECT_EQ(run(order), outcome);
    EXPECT_EQ(daemon->stop(), 0);
  }
  EXPECT_EQ(ok + lost, rounds);
  EXPECT_GT(ok, 0);
  EXPECT_GT(lost, 0);
}

TEST_F(DaemonTasks, EndWithTheDaemonHoweverItEnds) {
  script("away.sh", "setsid bash -c 'trap \"\" TERM; echo $$ >" + (scratch / "away") +
                        "; while :; do sleep 0.1; done' & echo $$ >" + (scratch / "pid") +
                        "; sleep 1000\n");
  for (const int signal : {SIGTERM, SIGKILL}) {
    SCOPED_TRACE(signal);
    scratch.write("away", "");
    auto daemon = start();
    const pid_t asking = ::fork();
    ASSERT_GE(asking, 0);
    if (asking == 0) {
      const auto with = asker();
      if (with) {
        const TaskOrder order{.id = std::to_string(signal), .script = "away.sh"};
        (void)with->ask({.function = "run", .args = to_value(order)});
      }
      ::_exit(0);
    }
    EXPECT_TRUE(eventually([&] { return !scratch.read("away").empty(); }));
    daemon->child().signal(signal);
    daemon->child().wait();
    EXPECT_TRUE(process_is_gone("pid"));
    EXPECT_TRUE(process_is_gone("away"));
    ::waitpid(asking, nullptr, 0);
    auto next = start();
    EXPECT_EQ(run({.id = std::to_string(signal), .script = "away.sh"}).state,
              signal == SIGTERM ? TaskState::failed : TaskState::lost);
    EXPECT_EQ(next->stop(), 0);
  }
}

TEST_F(DaemonTasks, AreRefusedWhileTheDiskUnderTheJournalIsFull) {
  script("count.sh", "echo run >>" + (scratch / "runs") + "\n");
  scratch.write("runs", "");
  std::filesystem::create_directory(host.data());
  const SmallDisk disk(host.data(), "256k");
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  auto daemon = start();
  const std::string filler = host.data() + "/filler";
  for (std::size_t kib = 4; kib <= 256; kib += 4) {  // what does not fit is left out
    scratch.write("host/agent/filler", std::string(kib << 10, 'x'));
  }
  const auto refused = run({.id = "1", .script = "count.sh"});
  EXPECT_EQ(refused.state, TaskState::refused);
  EXPECT_NE(refused.reason.find("the journal of the host takes no more: "), std::string::npos);
  EXPECT_NE(refused.reason.find("No space left"), std::string::npos) << refused.reason;
  EXPECT_EQ(runs(), 0);
  std::filesystem::remove(filler);
  EXPECT_EQ(run({.id = "1", .script = "count.sh"}).state, TaskState::ok);
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(daemon->stop(), 0);
}

TEST_F(DaemonTasks, AreRefusedWithASentence) {
  script("a.sh", "echo a\n");
  auto daemon = start();
  EXPECT_EQ(run({.id = "1", .script = "a.sh"}).output, "a\n");
  EXPECT_EQ(run({.id = "2", .script = "missing.sh"}).reason,
            "there is no script missing.sh in " + (scratch / "scripts"));
  EXPECT_EQ(run({.id = "3", .command = {"id"}}).state, TaskState::refused);
  std::filesystem::permissions(scratch / "scripts/a.sh", std::filesystem::perms(0666));
  EXPECT_NE(run({.id = "4", .script = "a.sh"}).reason.find("written by others"), std::string::npos);
  EXPECT_EQ(daemon->stop(), 0);
}

}  // namespace
}  // namespace mega
