#include "tasks/agent/legacy_scripts.h"

#include <cstdlib>
#include <future>
#include <thread>

#include "tests/tasks/agent/runner_fixture.h"
#include "value/python.h"

namespace mega {
namespace {

class LegacyScriptsTest : public RunnerFixture {
 protected:
  LegacyScriptsTest() { open(); }

  // As a worker of the door does, with the runner on a thread of its own.
  std::string answer(const std::string& payload) {
    const LegacyScripts scripts(io.get_executor(), *runner, ScriptFolder(scratch / "own", "", true),
                                {"a.sh", "b.py", "missing.sh", "writable.sh", "own.sh"});
    auto work = asio::make_work_guard(io);
    io.restart();
    std::thread thread([this] { io.run(); });
    auto reply = scripts.answer({.peer = "10.0.0.7:51532"}, payload);
    if (reply && reply->later) reply = awaited(reply->later);
    work.reset();
    thread.join();
    return reply ? reply->payload : "(closed)";
  }
  static std::optional<Reply> awaited(const std::function<void(TakeReply)>& later) {
    std::promise<std::optional<Reply>> ended;
    later([&ended](std::optional<Reply> reply) { ended.set_value(std::move(reply)); });
    return ended.get_future().get();
  }
  static std::string envelope(const std::string& script, const std::string& rest) {
    return "{'HEAD': 'MEGA', 'VALUE': '" + script + "', 'TIME': 0, 'CYCLE': 0, " + rest + "}";
  }
};

// The answers of docs/PROTOCOL.md, captured from a daemon of 2014.
TEST_F(LegacyScriptsTest, AnswerAsADaemonOf2014) {
  script("a.sh", "echo \"argc=$# arg1=[$1]\"\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 'hello', 'TYPE': 0")),
            "(0, 'argc=1 arg1=[hello]')");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 0, 'ARGS': \"9  '17:24'\", 'TYPE': 0")),
            "(0, \"argc=1 arg1=[9  '17:24']\")");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(0, 'argc=1 arg1=[0]')");
  script("a.sh", "echo out; echo err >&2; exit 3\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(768, 'out\\nerr')");
  script("a.sh", "kill -9 $$\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(35072, 'Killed')");
  EXPECT_EQ(answer(envelope("missing.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(32512, 'bash: " + rules.script_folder + "/missing.sh: No such file or directory')");
}

TEST_F(LegacyScriptsTest, LeaveOutOneNewlineAtTheEnd) {
  const std::pair<const char*, const char*> cases[] = {
      {"printf 'a'", "(0, 'a')"},
      {"printf 'a\\n'", "(0, 'a')"},
      {"printf 'a\\n\\n'", "(0, 'a\\n')"},
      {"printf '\\n'", "(0, '')"},
      {"printf ''", "(0, '')"},
      {"echo x; exit 1", "(256, 'x')"},
      {"echo x; kill -9 $$", "(35072, 'x\\nKilled')"}};
  for (const auto& [text, want] : cases) {
    SCOPED_TRACE(text);
    script("a.sh", std::string(text) + "\n");
    EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")), want);
  }
}

TEST_F(LegacyScriptsTest, PassADictAsItsText) {
  script("b.py", "import sys\nprint(len(sys.argv), sys.argv[1], end='')\n");
  EXPECT_EQ(answer(envelope("b.py",
                            "'TARGET': 'python', 'TYPE': 0, "
                            "'ARGS': \"{'port': 3306L, 'host_ip': u'127.0.0.1'}\"")),
            "(0, \"2 {'port': 3306L, 'host_ip': u'127.0.0.1'}\")");
}

TEST_F(LegacyScriptsTest, HaveAFolderOfTheDaemonsOwn) {
  std::filesystem::create_directory(scratch / "own");
  std::filesystem::permissions(scratch / "own", std::filesystem::perms(0755));
  std::filesystem::permissions(scratch.write("own/own.sh", "echo mine\n"),
                               std::filesystem::perms(0755));
  EXPECT_EQ(answer(envelope("own.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 1")), "(0, 'mine')");
  EXPECT_EQ(answer(envelope("own.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")).substr(0, 7),
            "(32512,");
}

// A daemon of 2014 had a shell start the script and answered its status and output.
TEST_F(LegacyScriptsTest, ReportASignalAsAShellDoes) {
  for (const std::string signal : {"KILL", "TERM", "SEGV", "INT", "PIPE", "HUP", "USR1", "ABRT"}) {
    SCOPED_TRACE(signal);
    script("a.sh", "printf x; kill -" + signal + " $$\n");
    const std::string command =
        "{ bash " + rules.script_folder + "/a.sh 0; } >" + (scratch / "out") + " 2>&1";
    const int status = std::system(command.c_str());  // of sh, which has exited
    std::string output = scratch.read("out");
    if (output.ends_with('\n')) output.pop_back();
    EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
              to_python(Tuple{{std::int64_t{status}, output}}));
  }
}

TEST_F(LegacyScriptsTest, LetShRunACommandWithoutAFirstLine) {
  script("a.sh", "echo \"$# [$1]\" >&2\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'cmd', 'ARGS': 'a b', 'TYPE': 0")),
            "(0, '1 [a b]')");
  script("a.sh", "#!/bin/cat\nshown\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'cmd', 'ARGS': '/dev/null', 'TYPE': 0")),
            "(0, '#!/bin/cat\\nshown')");
}

TEST_F(LegacyScriptsTest, SayThatOutputWasCut) {
  rules.output_bytes = 10;
  open();
  const auto text = [this] {
    return answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0"));
  };
  script("a.sh", "printf 0123456789\n");
  EXPECT_EQ(text(), "(0, '0123456789')");
  script("a.sh", "printf 01234567890\n");
  EXPECT_EQ(text(),
            "(0, '0123456789\\nmega: more output was dropped: run.output_limit keeps 10 bytes')");
}

// The status of a script that handled SIGTERM and exited with 0 is not that of a success.
TEST_F(LegacyScriptsTest, AnswerNoSuccessForAScriptThatWasEnded) {
  const TaskOutcome timed_out{.state = TaskState::timed_out,
                              .reason = "it ran longer than 1 seconds",
                              .exit_code = 0,
                              .output = "half\n"};
  EXPECT_EQ(to_python(legacy_status(timed_out)),
            "(32256, 'half\\nmega: it ran longer than 1 seconds')");
}

TEST_F(LegacyScriptsTest, CloseWithoutAByteForAScriptThatTheHostDoesNotList) {
  script("other.sh", "echo other\n");
  for (const char* name : {"other.sh", "upgrade.py", "../a.sh", ""}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(answer(envelope(name, "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
              *name ? "(closed)" : "-1");
  }
}

TEST_F(LegacyScriptsTest, RejectWhatIsNoEnvelope) {
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'ruby', 'ARGS': 0, 'TYPE': 0")), "-1");
  EXPECT_EQ(answer("{'HEAD': 'MEGA'"), "-1");
  script("writable.sh", "echo x\n");
  std::filesystem::permissions(rules.script_folder + "/writable.sh", std::filesystem::perms(0777));
  const auto refused = answer(envelope("writable.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0"));
  EXPECT_TRUE(refused.starts_with("(32256, 'mega: ")) << refused;
}

}  // namespace
}  // namespace mega
