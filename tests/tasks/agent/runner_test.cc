#include "tasks/agent/runner.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/tasks/agent/runner_fixture.h"
#include "trust/crypto.h"

namespace mega {
namespace {

using std::chrono::milliseconds;

class RunnerTest : public RunnerFixture {
 protected:
  RunnerTest() { open(); }

  // A script that leaves a line for each time that it is run.
  std::string counted() { return script("count.sh", "echo run >>" + (scratch / "runs") + "\n"); }
  long runs() const { return std::ranges::count(scratch.read("runs"), '\n'); }
};

TEST_F(RunnerTest, RunsAScriptAndRemembersWhatCameOfIt) {
  script("hello.sh", "echo \"$1 $MEGA_TASK_ID\"; exit 2\n");
  const auto outcome = run_to_end({.id = "7/db1/1", .script = "hello.sh", .args = {"a b"}});
  EXPECT_EQ(outcome.state, TaskState::failed);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.output, "a b 7/db1/1\n");
  const auto report = runner->outcome("7/db1/1");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, outcome);
  EXPECT_TRUE(runner->under_way().empty());
}

TEST_F(RunnerTest, RunsAnIdOnceHoweverOftenItIsAskedFor) {
  const TaskOrder order{.id = "1", .script = counted()};
  for (int i = 0; i < 3; ++i) run(order);  // before it starts
  run_to_end(order);
  run_to_end(order);  // after it has ended
  open();             // a daemon that was started anew
  EXPECT_EQ(run_to_end(order).state, TaskState::ok);
  EXPECT_EQ(runs(), 1);
  run_to_end({.id = "2", .script = "count.sh"});
  EXPECT_EQ(runs(), 2);
}

TEST_F(RunnerTest, RefusesWithASentenceAndStartsNothing) {
  counted();
  const struct {
    const char* name;
    TaskOrder order;
    const char* says;
  } cases[] = {
      {"missing", {.id = "1", .script = "missing.sh"}, "there is no script missing.sh"},
      {"elsewhere", {.id = "2", .script = "../count.sh"}, "no name of a script"},
      {"a NUL", {.id = "3", .script = "count.sh", .args = {std::string(1, '\0')}}, "NUL"},
      {"a command", {.id = "4", .command = {"ls"}}, "run.allow_commands"},
      {"no folder",
       {.id = "5", .script = "count.sh", .folder = "/nonexistent"},
       "could not enter the folder"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto outcome = run_to_end(c.order);
    EXPECT_EQ(outcome.state, TaskState::refused);
    EXPECT_NE(outcome.reason.find(c.says), std::string::npos) << outcome.reason;
  }
  EXPECT_EQ(runs(), 0);
}

TEST_F(RunnerTest, DoesNotStartWhatHasExpired) {
  const auto now = system_clock().now().seconds;
  EXPECT_EQ(run_to_end({.id = "1", .script = counted(), .expires = now - 1}).state,
            TaskState::expired);
  EXPECT_EQ(run_to_end({.id = "2", .script = "count.sh", .expires = now + 1000}).state,
            TaskState::ok);
  EXPECT_EQ(runs(), 1);
}

TEST_F(RunnerTest, AsksForAScriptThatItDoesNotHave) {
  const TaskOrder order{.id = "1", .script = counted(), .digest = std::string(64, '0')};
  const auto taken = runner->run(order, follower("1"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::not_found);
  run_io();
  EXPECT_FALSE(outcomes.contains("1"));
  EXPECT_FALSE(journal->knows("1"));
}

TEST_F(RunnerTest, RunsSoManyAtOnceAndTheOthersAfterThem) {
  rules.parallel = 3;
  open();
  // Each counts who is there with it.
  script("crowd.sh", "cd " + scratch.path() +
                         "; mkdir crowd.$$; ls -d crowd.* | wc -l >>most; sleep 0.05; rmdir "
                         "crowd.$$\n");
  for (int i = 0; i < 12; ++i) run({.id = std::to_string(i), .script = "crowd.sh"});
  EXPECT_EQ(runner->under_way().size(), 12u);
  EXPECT_EQ(runner->under_way().front().state, TaskState::waiting);
  run_io();
  EXPECT_EQ(outcomes.size(), 12u);
  const std::string most = scratch.read("most");
  EXPECT_EQ(std::ranges::count(most, '\n'), 12);
  EXPECT_EQ(most.find_first_not_of("123\n"), std::string::npos) << most;
}

TEST_F(RunnerTest, LetsSoManyWaitAndNoMore) {
  rules.waiting = 2;
  open();
  run({.id = "1", .script = counted()});
  run({.id = "2", .script = "count.sh"});
  EXPECT_EQ(runner->run({.id = "3", .script = "count.sh"}, follower("3")).error().code,
            Errc::unavailable);
  run_io();
  EXPECT_EQ(runs(), 2);
}

TEST_F(RunnerTest, CancelsWhatWaitsAndWhatRuns) {
  rules.parallel = 1;
  open();
  script("long.sh", "echo ready; sleep 1000\n");
  TaskFollower watch = follower("1");
  watch.part = [&](TaskStream, std::string_view) {
    asio::post(io, [&] {
      EXPECT_TRUE(runner->cancel("2"));
      EXPECT_TRUE(runner->cancel("1"));
    });
    return true;
  };
  ASSERT_TRUE(runner->run({.id = "1", .script = "long.sh"}, watch));
  run({.id = "2", .script = counted()});
  run_io();
  EXPECT_EQ(outcomes["1"].state, TaskState::cancelled);
  EXPECT_EQ(outcomes["1"].output, "ready\n");
  EXPECT_EQ(outcomes["2"].state, TaskState::cancelled);
  EXPECT_EQ(runs(), 0);
  EXPECT_TRUE(runner->cancel("1"));
  EXPECT_EQ(runner->cancel("3").error().code, Errc::not_found);
}

TEST_F(RunnerTest, GivesTheOutputAsItComes) {
  script("parts.sh", "echo one; echo two >&2; sleep 0.1; echo three\n");
  std::string output, errors;
  std::size_t parts = 0;
  TaskFollower watch = follower("1");
  watch.part = [&](TaskStream stream, std::string_view bytes) {
    (stream == TaskStream::output ? output : errors) += bytes;
    ++parts;
    EXPECT_FALSE(outcomes.contains("1"));
    return true;
  };
  ASSERT_TRUE(runner->run({.id = "1", .script = "parts.sh"}, watch));
  run_io();
  EXPECT_EQ(output, "one\nthree\n");
  EXPECT_EQ(errors, "two\n");
  EXPECT_GE(parts, 3u);
  EXPECT_EQ(outcomes["1"].output, output);
}

TEST_F(RunnerTest, HoldsNoScriptUpForASlowFollower) {
  script("much.sh", "head -c 900000 /dev/zero; echo done >&2\n");
  std::size_t unsent = 0, most = 0, got = 0;
  TaskFollower slow = follower("1");
  slow.part = [&](TaskStream, std::string_view bytes) {
    got += bytes.size();
    unsent += bytes.size();
    most = std::max(most, unsent);
    return true;
  };
  slow.unsent = [&] { return unsent; };
  ASSERT_TRUE(runner->run({.id = "1", .script = "much.sh"}, slow));
  run_io();
  EXPECT_LE(most, 300'000u);
  EXPECT_LT(got, 900'000u);
  EXPECT_EQ(outcomes["1"].output.size(), 900'000u);  // the rest comes with the outcome
  EXPECT_EQ(outcomes["1"].errors, "done\n");
}

TEST_F(RunnerTest, ForgetsAFollowerWhoLeft) {
  script("parts.sh", "for i in 1 2 3 4 5; do echo $i; sleep 0.02; done\n");
  int parts = 0;
  TaskFollower leaving = follower("1");
  leaving.part = [&](TaskStream, std::string_view) {
    ++parts;
    return false;
  };
  ASSERT_TRUE(runner->run({.id = "1", .script = "parts.sh"}, leaving));
  run_io();
  EXPECT_EQ(parts, 1);
  EXPECT_EQ(outcomes["1"].output, "1\n2\n3\n4\n5\n");
}

TEST_F(RunnerTest, StopsWithAllThatRuns) {
  rules.parallel = 1;
  open();
  script("long.sh", "trap '' TERM; echo ready; while :; do sleep 0.05; done\n");
  bool stopped = false;
  TaskFollower watch = follower("1");
  watch.part = [&](TaskStream, std::string_view) {
    asio::post(io, [&] { runner->stop([&] { stopped = true; }); });
    return true;
  };
  ASSERT_TRUE(runner->run({.id = "1", .script = "long.sh"}, watch));
  run({.id = "2", .script = counted()});
  run_io();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(outcomes["1"].state, TaskState::failed);
  EXPECT_EQ(outcomes["1"].reason, "the daemon was stopped while it ran");
  EXPECT_EQ(failures["2"].code, Errc::unavailable);  // it may be asked for again
  EXPECT_FALSE(journal->knows("2"));
  EXPECT_EQ(runner->run({.id = "3", .script = "count.sh"}, follower("3")).error().code,
            Errc::unavailable);
  EXPECT_EQ(runs(), 0);
}

// A daemon is killed at whatever it is just doing; the next one is asked for the same task.
TEST_F(RunnerTest, RunsAnIdAtMostOnceWhateverDies) {
  script("count.sh", "echo run >>" + (scratch / "runs") + "; sleep 0.02\n");
  runner.reset();
  journal.reset();
  int lost = 0, ok = 0;
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    scratch.write("runs", "");
    const TaskOrder order{.id = fmt::format("1/db1/{}", round), .script = "count.sh"};
    const pid_t daemon = ::fork();
    ASSERT_GE(daemon, 0);
    if (daemon == 0) {
      asio::io_context own;
      auto opened = Journal::open(scratch / "tasks.journal", system_clock());
      Runner first(own.get_executor(), system_clock(), rules,
                   ScriptFolder(rules.script_folder, "", true), **opened);
      if (!first.run(order, {.end = [](const Result<TaskOutcome>&) {}})) ::_exit(1);
      own.run();
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round * 1000));
    ::kill(daemon, SIGKILL);
    ::waitpid(daemon, nullptr, 0);
    open();
    const auto outcome = run_to_end(order);
    EXPECT_LE(runs(), 1);
    if (outcome.state == TaskState::ok) {
      EXPECT_EQ(runs(), 1);
    }
    ok += outcome.state == TaskState::ok;
    lost += outcome.state == TaskState::lost;
  }
  EXPECT_EQ(ok + lost, 60);
  EXPECT_GT(ok, 0);
}

TEST_F(RunnerTest, SaysOfALostTaskHowFarItKnows) {
  ASSERT_TRUE(journal->start({{"1", "disk.sh", {1'800'000'000}, {}}, {"2", "b.sh", {7}, {}}}));
  journal->note_process("2", {999'999, 1, "of another boot"});
  open();
  const auto first = runner->outcome("1");
  ASSERT_TRUE(first && first->outcome);
  EXPECT_EQ(first->state, TaskState::lost);
  EXPECT_NE(first->outcome->reason.find("was about to be"), std::string::npos);
  EXPECT_NE(runner->outcome("2")->outcome->reason.find("as process 999999"), std::string::npos);
  EXPECT_EQ(first->outcome->started.seconds, 1'800'000'000);
}

TEST_F(RunnerTest, StartsNothingWhenTheJournalCannotBeWritten) {
  counted();
  std::filesystem::create_directory(scratch / "disk");
  if (::mount("none", (scratch / "disk").c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "only root may mount";
  }
  auto small = Journal::open(scratch / "disk/tasks.journal", system_clock());
  ASSERT_TRUE(small);
  for (std::size_t pages = 1; pages <= 16; ++pages) {
    scratch.write("disk/filler", std::string(pages * 4096, 'x'));
  }
  {
    runner = std::make_unique<Runner>(io.get_executor(), system_clock(), rules,
                                      ScriptFolder(rules.script_folder, "", true), **small);
    const auto outcome = run_to_end({.id = "1", .script = "count.sh"});
    EXPECT_EQ(outcome.state, TaskState::refused);
    EXPECT_NE(outcome.reason.find("No space left"), std::string::npos) << outcome.reason;
    EXPECT_EQ(runs(), 0);
    std::filesystem::remove(scratch / "disk/filler");
    EXPECT_EQ(run_to_end({.id = "1", .script = "count.sh"}).state, TaskState::ok);
    runner.reset();
  }
  small->reset();
  EXPECT_EQ(::umount2((scratch / "disk").c_str(), MNT_DETACH), 0);
}

TEST_F(RunnerTest, RunsTwoHundredScriptsThatComeAtOnce) {
  script("n.sh", "echo $1\n");
  for (int i = 0; i < 200; ++i) {
    run({.id = std::to_string(i), .script = "n.sh", .args = {std::to_string(i)}});
  }
  run_io();
  ASSERT_EQ(outcomes.size(), 200u);
  for (const auto& [id, outcome] : outcomes) EXPECT_EQ(outcome.output, id + "\n");
}

}  // namespace
}  // namespace mega
