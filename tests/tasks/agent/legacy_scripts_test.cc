#include "tasks/agent/legacy_scripts.h"

#include <future>
#include <thread>

#include "tests/tasks/agent/runner_fixture.h"

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
            "(0, 'argc=0 arg1=[]')");
  script("a.sh", "echo out; echo err >&2; exit 3\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(768, 'out\\nerr')");
  script("a.sh", "kill -9 $$\n");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")), "(9, '')");
  EXPECT_EQ(answer(envelope("missing.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")),
            "(32512, 'bash: " + rules.script_folder + "/missing.sh: No such file or directory')");
}

TEST_F(LegacyScriptsTest, LeaveOutOneNewlineAtTheEnd) {
  const std::pair<const char*, const char*> cases[] = {{"printf 'a'", "(0, 'a')"},
                                                       {"printf 'a\\n'", "(0, 'a')"},
                                                       {"printf 'a\\n\\n'", "(0, 'a\\n')"},
                                                       {"printf '\\n'", "(0, '')"},
                                                       {"printf ''", "(0, '')"},
                                                       {"echo x; exit 1", "(256, 'x')"},
                                                       {"echo x; kill -9 $$", "(9, 'x')"}};
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

TEST_F(LegacyScriptsTest, RejectWhatTheHostDoesNotList) {
  script("other.sh", "echo other\n");
  EXPECT_EQ(answer(envelope("other.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")), "-1");
  EXPECT_EQ(answer(envelope("../a.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0")), "-1");
  EXPECT_EQ(answer(envelope("a.sh", "'TARGET': 'ruby', 'ARGS': 0, 'TYPE': 0")), "-1");
  EXPECT_EQ(answer("{'HEAD': 'MEGA'"), "-1");
  script("writable.sh", "echo x\n");
  std::filesystem::permissions(rules.script_folder + "/writable.sh", std::filesystem::perms(0777));
  const auto refused = answer(envelope("writable.sh", "'TARGET': 'bash', 'ARGS': 0, 'TYPE': 0"));
  EXPECT_TRUE(refused.starts_with("(32256, 'mega: ")) << refused;
}

}  // namespace
}  // namespace mega
