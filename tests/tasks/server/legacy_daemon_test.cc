// Daemons of 2014: what they can do, what their answers mean, and one that is dialled.
#include "tasks/server/legacy_daemon.h"

#include "base/host.h"
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
      {"GBK", "(0, '\\xd6\\xd0')", TaskState::ok, 0, {}, "\xd6\xd0"},
      {"UTF-8 cut inside a character",
       "(0, '\\xe4\\xb8\\xad\\xe4\\xb8')",
       TaskState::ok,
       0,
       {},
       "\xe4\xb8\xad\xe4\xb8"},
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

// A daemon of 2014 that runs scripts, and the one script that it has: prints its arguments.
class PastingDaemon {
 public:
  PastingDaemon() {
    std::ofstream(scratch_ / "args.sh") << "printf '%s' \"$#\"; printf '[%s]' \"$@\"\n";
    const std::string ready = peer_.read_line();
    host_.legacy_port = std::stoll(ready.substr(6));
  }
  ~PastingDaemon() {
    peer_.signal(SIGKILL);
    peer_.wait();
  }

  TaskOutcome run(std::vector<std::string> args) const {
    const std::atomic<bool> stop{false};
    return run_on_legacy_daemon(host_, {.script = "args.sh", .args = std::move(args)},
                                system_clock(), stop);
  }

 private:
  const Scratch scratch_;
  Child peer_{{"/usr/bin/python3", std::string(MEGA_SOURCE_DIR) + "/tests/support/legacy_peer.py",
               "daemon", "0", scratch_ / ""}};
  TaskHost host_{.host = "db1", .ip = "127.0.0.1"};
};

TEST(LegacyDaemon, ItsShellEvaluatesNoArgument) {
  const PastingDaemon daemon;
  const struct {
    const char* name;
    std::vector<std::string> args;
    std::string got;
  } cases[] = {
      {"a word", {"9  '17:24'"}, "1[9  '17:24']"},
      {"several are one", {"a", "b c"}, "1[a b c]"},
      {"empty text", {""}, "1[]"},
      {"the end of the quotes", {R"("; id; echo ")"}, R"(1["; id; echo "])"},
      {"a command in backticks", {"`id`"}, "1[`id`]"},
      {"a command in brackets", {"$(id)"}, "1[$(id)]"},
      {"a variable", {"$HOME ${HOME}"}, "1[$HOME ${HOME}]"},
      {"backslashes", {R"(C:\new\ " \$HOME)"}, R"(1[C:\new\ " \$HOME])"},
      {"a backslash at the end", {"a\\"}, "1[a\\]"},
      {"a newline behind a backslash", {"a\\\nb"}, "1[a\\\nb]"},
      {"what else shells read",
       {"~ * ? # ! & | ; < > ( ) { } [a-z] %"},
       "1[~ * ? # ! & | ; < > ( ) { } [a-z] %]"},
      {"a literal", {R"({'a': "b"})"}, R"(1[{'a': "b"}])"},
      {"UTF-8", {"\xe4\xb8\xad\"$HOME`id`"}, "1[\xe4\xb8\xad\"$HOME`id`]"},
      {"bytes of GBK, whose second may be a backslash", {"\xd6\xd0\x81\\"}, "1[\xd6\xd0\x81\\]"},
      {"the end of a frame", {"EOF"}, "1[EOF]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const TaskOutcome outcome = daemon.run(c.args);
    EXPECT_EQ(outcome.state, TaskState::ok) << outcome.reason;
    EXPECT_EQ(outcome.output, c.got);
  }
}

// A shell in the locale GBK reads a high byte and a backslash as one character.
TEST(LegacyDaemon, GetsNoBackslashBehindAHighByte) {
  const struct {
    std::vector<std::string> args;
    std::string text;
  } cases[] = {
      {{"a\"b", "$c"}, R"(a\"b \$c)"},
      {{"\xad`id`"}, "\xad\"\"\\`id\\`"},
      {{"\x81\\"}, "\x81\"\"\\\\"},
      {{"\xe4\xb8\xad", "\"x"}, "\xe4\xb8\xad \\\"x"},
  };
  for (const auto& c : cases) EXPECT_EQ(legacy_argument({.args = c.args}), c.text);
}

TEST(LegacyDaemon, ItsShellEvaluatesNoByte) {
  const PastingDaemon daemon;
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(daemon.run({all}).output, "1[" + all + "]");
}

TEST(LegacyDaemon, IsNotDialledAtOwnDoorsOrUnconfirmed) {
  const std::set<std::int64_t> own_ports{1104, 1199};
  const struct {
    const char* ip;
    std::int64_t port;
    bool may;
  } cases[] = {
      {"10.0.0.1", 1104, true},   {"127.0.0.1", 1105, true},
      {"127.0.0.1", 1104, false}, {"127.9.9.9", 1199, false},
      {"::1", 1104, false},       {"::ffff:127.0.0.1", 1104, false},
      {"0.0.0.0", 1104, false},   {"10.0.0.1", unconfirmed_port, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.ip);
    const auto may = check_dialled({.host = "x", .ip = c.ip, .legacy_port = c.port}, own_ports);
    EXPECT_EQ(may.has_value(), c.may);
  }
  for (const std::string& own : host_addresses()) {
    EXPECT_FALSE(check_dialled({.ip = own, .legacy_port = 1104}, own_ports).has_value()) << own;
  }
}

TEST(LegacyDaemon, RefusesNamesThatAShellWouldReadAsMore) {
  for (const char* name : {"disk_free.sh", "A-1+b.py", "x"}) {
    EXPECT_TRUE(check_for_legacy({.script = name}).has_value()) << name;
  }
  const std::string allowed = "._+-";
  for (int byte = 0x20; byte < 0x100; ++byte) {
    const char c = static_cast<char>(byte);
    const bool plain = byte < 0x80 && std::isalnum(byte) != 0;
    const bool fits = plain || allowed.find(c) != std::string::npos;
    const auto can = check_for_legacy({.script = std::string("x") + c + "id"});
    EXPECT_EQ(can.has_value(), fits) << byte;
    if (!can) {
      EXPECT_EQ(can.error().code, Errc::refused);
    }
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
