#include "tasks/agent/execution.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "base/file.h"
#include "base/text.h"
#include "tasks/agent/cgroup.h"
#include "tests/support/eventually.h"
#include "tests/support/scratch.h"

namespace mega {
namespace {

using std::chrono::milliseconds;

class ExecutionTest : public testing::Test {
 protected:
  static ScriptPlan plan(const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    return {.program = program,
            .arguments = std::move(arguments),
            .environment = {"PATH=/usr/bin:/bin"}};
  }
  static ScriptPlan bash(const std::string& text) { return plan("/bin/bash", {"-c", text}); }

  // Runs the io_context until the outcome is there. `meanwhile` is called for each output.
  TaskOutcome run(const ScriptPlan& child, ExecutionLimits limits = {},
                  const std::function<void(Execution&)>& meanwhile = {}) {
    asio::io_context io;
    std::optional<TaskOutcome> outcome;
    std::shared_ptr<Execution> execution;
    execution = std::make_shared<Execution>(
        io.get_executor(), system_clock(), limits,
        Execution::Watcher{.output =
                               [&] {
                                 if (meanwhile) meanwhile(*execution);
                               },
                           .ended = [&](TaskOutcome end) { outcome = std::move(end); }});
    if (auto started = execution->start(child); !started) {
      ADD_FAILURE() << started.error().message;
      return {};
    }
    io.run_for(std::chrono::seconds(60));
    EXPECT_TRUE(outcome);
    return outcome.value_or(TaskOutcome{});
  }

  // Whether the process whose number that file of the test has is no longer there.
  bool is_gone(const std::string& file) const {
    const auto pid = parse_integer(trim(scratch.read(file)));
    EXPECT_TRUE(pid) << file << " has no number";
    // An orphan is a zombie until init has waited for it.
    return pid && eventually([&] { return ::kill(static_cast<pid_t>(*pid), 0) != 0; });
  }

  // The number of processes whose command line has that word.
  static int processes_with(const std::string& word) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const auto text = read_file(entry.path() / "cmdline", 64 << 10);
      count += text && text->find(word) != text->npos;
    }
    return count;
  }

  const Scratch scratch;
};

TEST_F(ExecutionTest, TellsOutputErrorsAndExitCodeApart) {
  const auto outcome = run(bash("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(outcome.state, TaskState::failed);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.signal, std::nullopt);
  EXPECT_EQ(outcome.output, "out\n");
  EXPECT_EQ(outcome.errors, "err\n");
  EXPECT_EQ(outcome.reason, "it exited with 3");
  EXPECT_GT(outcome.started.seconds, 0);
  EXPECT_GE(outcome.ended, outcome.started);
  EXPECT_GT(outcome.peak_memory_kib, 0);
}

TEST_F(ExecutionTest, MergesErrorsInTheOrderInWhichTheyCame) {
  ScriptPlan child = bash("echo one; echo two >&2; echo three");
  child.merged = true;
  const auto outcome = run(child);
  EXPECT_EQ(outcome.state, TaskState::ok);
  EXPECT_EQ(outcome.output, "one\ntwo\nthree\n");
}

TEST_F(ExecutionTest, PassesArgumentsAsTheyAre) {
  const auto outcome =
      run(plan("/usr/bin/printf", {"[%s]", "a b", "", "$(id)", "*", "\"'\\", "\n"}));
  EXPECT_EQ(outcome.output, "[a b][][$(id)][*][\"'\\][\n]");
}

TEST_F(ExecutionTest, GivesTheScriptNothingOfTheDaemonButItsThreeStreams) {
  ScriptPlan child = bash("ls /proc/self/fd; env -u SHLVL | sort; trap; ulimit -c; umask; pwd");
  child.folder = "/usr";
  const auto outcome = run(child);
  EXPECT_EQ(outcome.output,
            "0\n1\n2\n3\nPATH=/usr/bin:/bin\nPWD=/usr\n_=/usr/bin/env\n0\n0022\n/usr\n");
}

TEST_F(ExecutionTest, ReadsItsInputToTheEnd) {
  ScriptPlan child = bash("sha256sum | cut -c1-8; cat");
  child.input = std::string(3 << 20, '\0');
  EXPECT_EQ(run(child).output, "bbd05cf6\n");  // head -c 3145728 /dev/zero | sha256sum
  child = bash("read -r line; echo \"[$line]\"");
  EXPECT_EQ(run(child).output, "[]\n");  // /dev/null
}

TEST_F(ExecutionTest, KeepsBytesThatAreNoText) {
  EXPECT_EQ(run(bash("printf '\\xff\\x00\\xc3'")).output, std::string("\xff\0\xc3", 3));
}

TEST_F(ExecutionTest, SaysWhichSignalEndedIt) {
  const auto outcome = run(bash("kill -SEGV $$"));
  EXPECT_EQ(outcome.state, TaskState::failed);
  EXPECT_EQ(outcome.exit_code, std::nullopt);
  EXPECT_EQ(outcome.signal, SIGSEGV);
  EXPECT_EQ(outcome.reason, "it was ended by SIGSEGV");
}

TEST_F(ExecutionTest, ThatCannotStartIsRefusedWithTheReason) {
  const std::string no_program = scratch.write("text", "echo no interpreter line\n");
  const struct {
    const char* name;
    ScriptPlan child;
    const char* says;
  } cases[] = {
      {"missing", plan("/nonexistent/x", {}), "could not start: No such file or directory"},
      {"not executable", plan(no_program, {}), "could not start: Permission denied"},
      {"no folder",
       {.program = "/bin/true", .arguments = {"true"}, .folder = "/nonexistent"},
       "could not enter the folder: No such file or directory"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto outcome = run(c.child);
    EXPECT_EQ(outcome.state, TaskState::refused);
    EXPECT_NE(outcome.reason.find(c.says), std::string::npos) << outcome.reason;
    EXPECT_EQ(outcome.exit_code, std::nullopt);
    EXPECT_EQ(outcome.started.seconds, 0);
  }
}

TEST_F(ExecutionTest, ThatCannotStartNamesTheFaultOfItsFirstLine) {
  const struct {
    const char* name;
    std::string content;
    const char* says;
  } cases[] = {
      {"none", "echo no interpreter line\n", "Exec format error; has it a first line with #!?"},
      {"a byte order mark", "\xef\xbb\xbf#!/bin/bash\n",
       "Exec format error; it begins with a byte order mark, want #!"},
      {"of Windows", "#!/bin/bash\r\necho hi\r\n",
       "No such file or directory: its first line names the interpreter \"/bin/bash\\r\"; lines "
       "end "
       "in CR LF here, want LF"},
      {"missing", "#! \t/nonexistent/bash -e\n",
       "No such file or directory: its first line names the interpreter \"/nonexistent/bash\""},
      {"not executable", "#!/etc/passwd\n",
       "Permission denied: its first line names the interpreter \"/etc/passwd\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string program = scratch.write("program", c.content);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const auto outcome = run(plan(program, {}));
    EXPECT_EQ(outcome.state, TaskState::refused);
    EXPECT_EQ(outcome.reason, std::string("the script could not start: ") + c.says);
  }
}

TEST_F(ExecutionTest, BecomesAnotherUserWithHisGroupsOnly) {
  if (::getuid() != 0) GTEST_SKIP() << "only root may";
  ScriptPlan child = bash("id -u; id -g; id -G; nice");
  child.account = Account{.name = "x", .uid = 12345, .gid = 23456, .groups = {23456, 34567}};
  child.nice = 7;
  EXPECT_EQ(run(child).output, "12345\n23456\n23456 34567\n7\n");
}

TEST_F(ExecutionTest, DropsWhatIsBeyondTheLimitAndLetsTheScriptGoOn) {
  ExecutionLimits limits;
  limits.output_bytes = 1000;
  const auto outcome = run(bash("head -c 300000000 /dev/zero; echo done >&2"), limits);
  EXPECT_EQ(outcome.state, TaskState::ok);
  EXPECT_EQ(outcome.output, std::string(1000, '\0'));
  EXPECT_TRUE(outcome.output_cut);
  EXPECT_EQ(outcome.errors, "done\n");
  EXPECT_FALSE(outcome.errors_cut);
}

// U+00E9 is 2 bytes, U+4E2D 3, U+1F600 4: the limit of 10 falls on each byte of each of them.
TEST_F(ExecutionTest, CutsBetweenCharacters) {
  ExecutionLimits limits;
  limits.output_bytes = 10;
  for (const std::string character : {"\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x98\x80"}) {
    for (std::size_t before = 10 - character.size(); before <= 10; ++before) {
      // Whether the character comes in one piece or byte by byte.
      for (const char* pause : {"", "sleep 0.02; "}) {
        std::string script = "printf " + std::string(before, 'x') + "; ";
        for (const char byte : character) {
          script += fmt::format("{}printf '\\x{:02x}'; ", pause, static_cast<unsigned char>(byte));
        }
        SCOPED_TRACE(script);
        const auto outcome = run(bash(script + "printf tail"), limits);
        const bool fits = before + character.size() <= 10;
        EXPECT_EQ(outcome.output, std::string(before, 'x') + (fits ? character : ""));
        EXPECT_TRUE(outcome.output_cut);
      }
    }
  }
  // Bytes that begin no character are no text, and stay.
  EXPECT_EQ(run(bash("printf 'xxxxxxxxx\\xffx'"), limits).output, "xxxxxxxxx\xff");
  EXPECT_EQ(
      run(bash("printf '\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80x'"), limits).output,
      std::string(10, '\x80'));
}

TEST_F(ExecutionTest, ThatWritesForEverTakesNoMemoryAndIsEnded) {
  ExecutionLimits limits{.time = milliseconds(700), .output_bytes = 4096};
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto outcome = run(plan("/usr/bin/yes", {"no"}), limits);
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(outcome.state, TaskState::timed_out);
  EXPECT_EQ(outcome.output.size(), 4096u);
  EXPECT_TRUE(outcome.output_cut);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 8 << 10);
}

TEST_F(ExecutionTest, OverItsTimeIsAskedToEndFirst) {
  ExecutionLimits limits{.time = milliseconds(300)};
  const auto outcome =
      run(bash("trap 'echo ending; exit 0' TERM; while :; do sleep 0.05; done"), limits);
  EXPECT_EQ(outcome.state, TaskState::timed_out);
  EXPECT_EQ(outcome.reason, "it ran longer than 0.3 seconds");
  EXPECT_EQ(outcome.output, "ending\n");
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST_F(ExecutionTest, ThatIgnoresSigtermIsKilled) {
  ExecutionLimits limits{.time = milliseconds(200), .grace = milliseconds(200)};
  const auto outcome =
      run(bash("trap '' TERM; echo $$ >" + (scratch / "pid") + "; while :; do sleep 0.05; done"),
          limits);
  EXPECT_EQ(outcome.state, TaskState::timed_out);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_TRUE(is_gone("pid"));
}

// A daemon as from a textbook: a child of a child in a session of its own, which hears nothing.
std::string leave(const std::string& pid_file, const std::string& streams) {
  return "setsid bash -c 'trap \"\" TERM HUP; (echo $BASHPID >" + pid_file + "; exec sleep 1000) " +
         streams + " & ' & wait $!; while [ ! -s " + pid_file + " ]; do sleep 0.01; done; ";
}

TEST_F(ExecutionTest, CancelledLeavesNothingOfItBehind) {
  ExecutionLimits limits{.grace = milliseconds(100)};
  const auto outcome =
      run(bash(leave(scratch / "away", "</dev/null >/dev/null 2>&1") + "echo ready; sleep 1000"),
          limits, [](Execution& execution) {
            if (!execution.output().kept.empty()) execution.end(TaskState::cancelled, "enough");
          });
  EXPECT_EQ(outcome.state, TaskState::cancelled);
  EXPECT_EQ(outcome.reason, "enough");
  EXPECT_TRUE(is_gone("away"));
}

// Processes that fork and end at once, each the heir of the one before, outrun a kill that lists
// them first.
TEST_F(ExecutionTest, EndsProcessesThatForkFasterThanTheyAreFound) {
  const std::string chain =
      scratch.write("chain.py",
                    "import os, signal\n"
                    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                    "for i in range(4):\n"
                    "  if os.fork() == 0:\n"
                    "    os.setsid()\n"
                    "    while os.fork() == 0: pass\n"  // the parent ends, its heir goes on
                    "    os._exit(0)\n"
                    "print('ready', flush=True)\n"
                    "signal.pause()\n");
  for (const std::string& cgroup : {std::string(), own_cgroup()}) {
    SCOPED_TRACE(cgroup);
    ScriptPlan child = plan("/usr/bin/python3", {chain});
    child.cgroup = cgroup;
    const auto outcome = run(child, {.grace = milliseconds(50)}, [](Execution& execution) {
      if (!execution.output().kept.empty()) execution.end(TaskState::cancelled, "enough");
    });
    EXPECT_EQ(outcome.state, TaskState::cancelled);
    EXPECT_EQ(outcome.reason, "enough");
    EXPECT_EQ(processes_with(chain), 0);
  }
}

TEST_F(ExecutionTest, GetsACgroupOfItsOwnThatGoesWithIt) {
  const std::string cgroup = own_cgroup();
  if (cgroup.empty()) GTEST_SKIP() << "this process has no cgroup to divide";
  ScriptPlan child = bash("grep ^0:: /proc/self/cgroup");
  child.cgroup = cgroup;
  const std::string told(trim(run(child).output));
  const auto name = told.rfind("/mega-task-");
  ASSERT_NE(name, told.npos) << told;
  EXPECT_FALSE(std::filesystem::exists(cgroup + told.substr(name)));

  child.cgroup = "/nonexistent";
  EXPECT_EQ(run(child).state, TaskState::ok);
}

TEST_F(ExecutionTest, LimitsTheProcessesOfUsersOtherThanRoot) {
  if (::getuid() != 0) GTEST_SKIP() << "only root becomes another user";
  ScriptPlan child = bash("ulimit -u");
  child.processes_max = 77;
  const std::string of_root = run(child).output;
  EXPECT_NE(of_root, "77\n");
  child.account = Account{.uid = 12346, .gid = 12346, .groups = {12346}};
  EXPECT_EQ(run(child).output, "77\n");
  child.processes_max = 0;
  EXPECT_EQ(run(child).output, of_root);
}

TEST_F(ExecutionTest, StoppedByASignalIsEndedAsWell) {
  ExecutionLimits limits{.grace = milliseconds(30000)};
  const auto outcome = run(bash("echo ready; kill -STOP $$"), limits, [](Execution& execution) {
    execution.end(TaskState::cancelled, "enough");
  });
  EXPECT_EQ(outcome.state, TaskState::cancelled);
  EXPECT_EQ(outcome.signal, SIGTERM);
}

TEST_F(ExecutionTest, EndedByItselfLeavesAloneWhatItStarted) {
  const auto outcome =
      run(bash(leave(scratch / "away", "</dev/null >/dev/null 2>&1") + "echo done"));
  EXPECT_EQ(outcome.state, TaskState::ok);
  EXPECT_EQ(outcome.output, "done\n");
  const auto pid = parse_integer(trim(scratch.read("away")));
  ASSERT_TRUE(pid);
  EXPECT_EQ(::kill(static_cast<pid_t>(*pid), SIGKILL), 0);
}

TEST_F(ExecutionTest, DoesNotWaitForWhoHoldsTheOutputOpen) {
  ExecutionLimits limits{.held_open = milliseconds(50)};
  const auto outcome = run(bash(leave(scratch / "away", "") + "echo done"), limits);
  EXPECT_EQ(outcome.state, TaskState::ok);
  EXPECT_EQ(outcome.output, "done\n");
  const auto pid = parse_integer(trim(scratch.read("away")));
  ASSERT_TRUE(pid);
  EXPECT_EQ(::kill(static_cast<pid_t>(*pid), SIGKILL), 0);
}

TEST_F(ExecutionTest, LeavesRunningAProcessThatGoesOnPrinting) {
  const std::string script = "(while [ ! -e " + (scratch / "go") +
                             " ]; do sleep 0.01; done; for i in {1..20000}; do echo line $i; done; "
                             "echo end >&2; echo done >" +
                             (scratch / "done") + ") & echo started";
  for (const bool daemon_ends : {false, true}) {
    SCOPED_TRACE(daemon_ends);
    std::filesystem::remove(scratch / "go");
    std::filesystem::remove(scratch / "done");
    ExecutionLimits limits{.held_open = milliseconds(20)};
    if (daemon_ends) {
      const pid_t daemon = ::fork();
      ASSERT_GE(daemon, 0);
      if (daemon == 0) ::_exit(run(bash(script), limits).output == "started\n" ? 0 : 1);
      int status = -1;
      ::waitpid(daemon, &status, 0);
      EXPECT_EQ(status, 0);
    } else {
      EXPECT_EQ(run(bash(script), limits).output, "started\n");
    }
    scratch.write("go", "");
    EXPECT_TRUE(eventually([this] { return trim(scratch.read("done")) == "done"; }));
  }
}

TEST_F(ExecutionTest, WhoseSupervisorIsKilledIsLostAndGone) {
  const auto outcome =
      run(bash("echo $$ >" + (scratch / "pid") + "; kill -KILL $PPID; sleep 1000"));
  EXPECT_EQ(outcome.state, TaskState::lost);
  EXPECT_TRUE(is_gone("pid"));
}

TEST_F(ExecutionTest, EndsWithTheDaemon) {
  const std::string script = leave(scratch / "away", "") + "echo $$ >" + (scratch / "pid") +
                             "; trap '' TERM; while :; do sleep 0.05; done";
  const pid_t daemon = ::fork();
  ASSERT_GE(daemon, 0);
  if (daemon == 0) {
    ScriptPlan child = bash(script);
    child.grace = milliseconds(100);
    const auto started = start_script(child);
    ::pause();
    ::_exit(started ? 0 : 1);
  }
  EXPECT_TRUE(eventually([&] { return !trim(scratch.read("pid")).empty(); }));
  ::kill(daemon, SIGKILL);
  ::waitpid(daemon, nullptr, 0);
  EXPECT_TRUE(is_gone("pid"));
  EXPECT_TRUE(is_gone("away"));
}

TEST_F(ExecutionTest, RunsTwoHundredAtOnce) {
  asio::io_context io;
  int ok = 0;
  for (int i = 0; i < 200; ++i) {
    auto execution = std::make_shared<Execution>(
        io.get_executor(), system_clock(), ExecutionLimits{},
        Execution::Watcher{.ended = [&ok, i](const TaskOutcome& outcome) {
          ok += outcome.state == TaskState::ok && outcome.output == fmt::format("{}\n", i);
        }});
    ASSERT_TRUE(execution->start(bash("read -t 0.2 </dev/zero; echo " + std::to_string(i))));
  }
  io.run_for(std::chrono::seconds(60));
  EXPECT_EQ(ok, 200);
}

}  // namespace
}  // namespace mega
