// A task through kill -9 of the server, the daemon and both, at each of its steps: the script runs
// at most once, and the task has one end, which stays.
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>

namespace mega {
namespace {

using testing::AnyOf;

// Says that it runs, prints until it may end, and says in between that it has printed.
constexpr const char* script = R"(echo run >>$1/runs
i=0
until [ -e $1/go ]; do
  echo line $((i++))
  [ $i -eq 5 ] && : >$1/printing
  sleep 0.02
done
echo end
)";

class KilledTasks : public testing::Test {
 protected:
  KilledTasks() {
    host_.join(*server_, "db1");
    std::filesystem::create_directory(scratch_ / "scripts");
    ::chmod(scratch_.write("scripts/slow.sh", script).c_str(), 0755);
    start_daemon();
  }

  void start_server() {
    server_ = std::make_unique<ServerProcess>(
        scratch_ / "data", std::vector<std::string>{"--tasks-patience", "60s"}, server_->address());
  }
  void start_daemon() {
    daemon_ = std::make_unique<DaemonProcess>(
        host_, std::vector<std::string>{"--script-dir", scratch_ / "scripts"});
  }
  void kill_and_start(bool server, bool daemon) {
    if (server) server_->child().signal(SIGKILL);
    if (daemon) daemon_->child().signal(SIGKILL);
    server_->child().signal(SIGCONT);
    daemon_->child().signal(SIGCONT);
    if (server) {
      server_->child().wait();
      start_server();
    }
    if (daemon) {
      daemon_->child().wait();
      start_daemon();
    }
  }

  std::string begin_task() {
    ++task_;
    const std::string folder = scratch_ / std::to_string(task_);
    std::filesystem::create_directory(folder);
    const Finished begun = server_->mega({"run", "--detach", "--on", "db1", "slow.sh", folder});
    EXPECT_EQ(begun.output, std::to_string(task_) + "\n") << begun.errors;
    return folder;
  }
  void let_it_end() { scratch_.write(fmt::format("{}/go", task_), ""); }
  bool exists(const char* file) {
    return std::filesystem::exists(scratch_ / fmt::format("{}/{}", task_, file));
  }
  std::string runs(int task) {
    const std::string file = fmt::format("{}/runs", task);
    return std::filesystem::exists(scratch_ / file) ? scratch_.read(file) : "";
  }
  // Whether the daemon's journal has such a line about the task.
  bool noted(const char* event) {
    const std::string journal = scratch_.read("host/agent/tasks.journal");
    return journal.find(fmt::format(R"("event":"{}","id":"{}-)", event, task_)) != journal.npos;
  }

  // Waits for the end: "ok" or the like.
  std::string end_of(int task) {
    const Finished shown =
        server_->mega({"task", "show", std::to_string(task), "--follow", "-o", "csv"});
    for (const char* state : {"ok", "lost"}) {
      if (shown.output.find(fmt::format(R"(,db1,"",{},)", state)) != shown.output.npos)
        return state;
    }
    return fmt::format("exit code {}: {}{}", shown.code, shown.output, shown.errors);
  }

  const Scratch scratch_;
  std::unique_ptr<ServerProcess> server_ = std::make_unique<ServerProcess>(
      scratch_ / "data", std::vector<std::string>{"--tasks-patience", "60s"});
  const TestHost host_{scratch_ / "host"};
  std::unique_ptr<DaemonProcess> daemon_;
  int task_ = 0;
};

TEST_F(KilledTasks, RunOnceAndHaveOneEndWhereverThatHits) {
  struct Step {
    const char* name;
    bool runs;  // the script, so that it is lost with the daemon
    std::function<void()> reach;
  };
  const Step steps[] = {
      {"accepted", false,
       [&] {
         daemon_->child().signal(SIGSTOP);
         begin_task();
       }},
      {"in the journal", true,
       [&] {
         begin_task();
         EXPECT_TRUE(eventually([&] { return noted("started"); }));
       }},
      {"running", true,
       [&] {
         begin_task();
         EXPECT_TRUE(eventually([&] { return exists("runs"); }));
       }},
      {"printing", true,
       [&] {
         begin_task();
         EXPECT_TRUE(eventually([&] { return exists("printing"); }));
       }},
      {"ended, and the server has not heard of it", false,
       [&] {
         begin_task();
         EXPECT_TRUE(eventually([&] { return exists("runs"); }));
         server_->child().signal(SIGSTOP);
         let_it_end();
         EXPECT_TRUE(eventually([&] { return noted("ended"); }));
       }},
      {"ended, for all", false,
       [&] {
         begin_task();
         let_it_end();
         EXPECT_EQ(end_of(task_), "ok");
       }},
  };
  const int rounds = std::getenv("MEGA_TEST_LONG") ? 20 : 1;
  std::vector<std::string> ends;
  for (int round = 0; round < rounds; ++round) {
    for (const Step& step : steps) {
      for (const auto& [server, daemon] : {std::pair{true, false}, {false, true}, {true, true}}) {
        SCOPED_TRACE(testing::Message() << step.name << (server ? ", server" : "")
                                        << (daemon ? ", daemon" : "") << ", round " << round);
        step.reach();
        kill_and_start(server, daemon);
        let_it_end();
        ends.push_back(end_of(task_));
        EXPECT_EQ(ends.back(), step.runs && daemon ? "lost" : "ok");
        if (ends.back() == "ok") {
          EXPECT_EQ(runs(task_), "run\n");
        }
        EXPECT_THAT(runs(task_), AnyOf("", "run\n"));
      }
    }
  }
  kill_and_start(true, true);
  ASSERT_TRUE(host_.connects_to(server_->port()));
  for (int task = 1; task <= task_; ++task) {
    SCOPED_TRACE(task);
    EXPECT_EQ(end_of(task), ends[static_cast<std::size_t>(task - 1)]);
    EXPECT_EQ(runs(task) == "run\n" || ends[static_cast<std::size_t>(task - 1)] == "lost", true);
  }
}

TEST_F(KilledTasks, RunOnceAndHaveOneEndAtAnyTime) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const int rounds = std::getenv("MEGA_TEST_LONG") ? 300 : 3;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    begin_task();
    let_it_end();
    ::usleep(std::uniform_int_distribution<useconds_t>(0, 60'000)(random));
    const int whom = std::uniform_int_distribution<>(1, 3)(random);
    kill_and_start(whom & 1, whom & 2);
    const std::string end = end_of(task_);
    EXPECT_THAT(end, AnyOf("ok", "lost"));
    if (end == "ok") {
      EXPECT_EQ(runs(task_), "run\n");
    }
    EXPECT_THAT(runs(task_), AnyOf("", "run\n"));
    kill_and_start(true, true);
    EXPECT_EQ(end_of(task_), end);
  }
}

}  // namespace
}  // namespace mega
