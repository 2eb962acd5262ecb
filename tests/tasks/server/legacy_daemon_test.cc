// Daemons of 2014: what they can do, what their answers mean, and one that is dialled.
#include "tasks/server/legacy_daemon.h"

#include "tests/support/child.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>

#include <signal.h>

#include <fstream>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(LegacyDaemon, AnswersAWaitStatusAndTheOutput) {
  const struct {
    const char* name;
    std::string payload;
    TaskState state;
    std::optional<std::int64_t> exit_code, signal;
    std::string output;
  } cases[] = {
      {"ok", "(0, 'argc=1 arg1=[hello]')", TaskState::ok, 0, {}, "argc=1 arg1=[hello]"},
      {"exit code 3", "(768, 'out\\nerr')", TaskState::failed, 3, {}, "out\nerr"},
      {"no script",
       "(32512, 'bash: no such file')",
       TaskState::failed,
       127,
       {},
       "bash: no such file"},
      {"a signal", "(9, '')", TaskState::failed, {}, 9, ""},
      {"bytes", "(0, '\\xff')", TaskState::ok, 0, {}, "\xc3\xbf"},
      {"refused", "-1", TaskState::refused, {}, {}, ""},
      {"nonsense", "hello", TaskState::lost, {}, {}, ""},
      {"no pair", "(0,)", TaskState::lost, {}, {}, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const TaskOutcome outcome = outcome_of_legacy_answer(c.payload);
    EXPECT_EQ(outcome.state, c.state);
    EXPECT_EQ(outcome.exit_code, c.exit_code);
    EXPECT_EQ(outcome.signal, c.signal);
    EXPECT_EQ(outcome.output, c.output);
    EXPECT_EQ(outcome.reason.empty(), c.state == TaskState::ok);
  }
}

// Cut at each byte of its output, an answer is one literal, whose output is the front of the whole.
TEST(LegacyDaemon, AnswersTheFrontOfAnOutputThatWasCut) {
  for (const std::string whole :
       {R"((0, 'a\'\n\\\\\x41\\x42 b\x43'))", R"((768, "it's\t\\"))", "(0, 'abcdefgh')"}) {
    const TaskOutcome all = outcome_of_legacy_answer(whole);
    for (std::size_t bytes = whole.find_first_of("'\"") + 1; bytes + 2 < whole.size(); ++bytes) {
      SCOPED_TRACE(whole.substr(0, bytes));
      const TaskOutcome outcome = outcome_of_legacy_answer(closed_answer(whole.substr(0, bytes)));
      EXPECT_EQ(outcome.exit_code, all.exit_code);
      EXPECT_THAT(all.output, StartsWith(outcome.output));
    }
  }
  EXPECT_EQ(outcome_of_legacy_answer(closed_answer("(0, 'abcdefgh")).output, "abcdefgh");
}

TEST(LegacyDaemon, IsNotLostBecauseItsAnswerIsLarge) {
  const Scratch scratch;
  std::ofstream(scratch / "answer") << "(768, '" << std::string(100'000, 'x') << "')";
  Child peer({"/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py",
              "serve", "0", scratch / "answer", "--once"});
  const std::string ready = peer.read_line();
  ASSERT_THAT(ready, HasSubstr("ready "));
  const TaskHost host{.host = "db1", .ip = "127.0.0.1", .legacy_port = std::stoll(ready.substr(6))};
  const std::atomic<bool> stop{false};
  const TaskOutcome outcome =
      run_on_legacy_daemon(host, {.script = "x.sh"}, system_clock(), stop, 50'000);
  EXPECT_EQ(outcome.state, TaskState::failed);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_TRUE(outcome.output_cut);
  EXPECT_GT(outcome.output.size(), 49'000u);
  EXPECT_EQ(outcome.output.find_first_not_of('x'), outcome.output.npos);
}

TEST(LegacyDaemon, RunsScriptsWithOneArgumentAndNothingElse) {
  EXPECT_TRUE(check_for_legacy({.script = "x.sh", .args = {"a", "b"}}).has_value());
  for (const TaskOrder& order :
       {TaskOrder{.command = {"uptime"}}, TaskOrder{.script = "x.sh", .input = "secret"},
        TaskOrder{.script = "x.sh", .user = "mysql"}, TaskOrder{.script = "x.sh", .nice = 5},
        TaskOrder{.script = "x.sh", .environment = {{"A", "b"}}}}) {
    EXPECT_EQ(check_for_legacy(order).error().code, Errc::refused);
  }
}

TEST(LegacyDaemon, IsDialled) {
  const Scratch scratch;
  std::ofstream(scratch / "answer") << "(768, 'half done')";
  Child peer({"/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py",
              "serve", "0", scratch / "answer", "--once"});
  const std::string ready = peer.read_line();
  ASSERT_THAT(ready, HasSubstr("ready "));
  const TaskHost host{.host = "db1", .ip = "127.0.0.1", .legacy_port = std::stoll(ready.substr(6))};
  const std::atomic<bool> stop{false};
  const TaskOrder order{.script = "test.sh", .args = {"9", "'17:24'"}};
  const TaskOutcome outcome = run_on_legacy_daemon(host, order, system_clock(), stop);
  EXPECT_EQ(outcome.state, TaskState::failed);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.output, "half done");
  EXPECT_GT(outcome.ended.seconds, 0);
  const std::string request = peer.read_line();
  EXPECT_THAT(request, HasSubstr("'VALUE': 'test.sh'"));
  EXPECT_THAT(request, HasSubstr("'TARGET': 'bash'"));
  EXPECT_THAT(request, HasSubstr("'ARGS': \"9 '17:24'\""));
  EXPECT_EQ(peer.wait(), 0);

  const TaskOutcome gone = run_on_legacy_daemon(host, order, system_clock(), stop);
  EXPECT_EQ(gone.state, TaskState::unreachable) << "nobody listens any more";
}

TEST(LegacyDaemon, IsLostWhenTheServerStops) {
  const Scratch scratch;
  std::ofstream(scratch / "answer") << "(0, '')";
  Child peer({"/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py",
              "serve", "0", scratch / "answer", "--silent"});
  const std::string ready = peer.read_line();
  const TaskHost host{.host = "db1", .ip = "127.0.0.1", .legacy_port = std::stoll(ready.substr(6))};
  const std::atomic<bool> stop{true};
  const TaskOutcome outcome = run_on_legacy_daemon(host, {.script = "x.sh"}, system_clock(), stop);
  EXPECT_EQ(outcome.state, TaskState::lost);
  peer.signal(SIGKILL);
  peer.wait();
}

}  // namespace
}  // namespace mega
