// `mega run` at a terminal: the line of progress, and what Ctrl-C asks.
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"
#include "tests/support/terminal.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace mega {
namespace {

using testing::HasSubstr;

class RunOnTerminal : public testing::Test {
 protected:
  RunOnTerminal() {
    host_.join(server_, "db1");
    std::filesystem::create_directory(scratch_ / "scripts");
    const std::string slow =
        scratch_.write("scripts/slow.sh", "until [ -e " + (scratch_ / "go") +
                                              " ]; do sleep 0.02; done; echo the end\n");
    ::chmod(slow.c_str(), 0755);
    daemon_.emplace(host_, std::vector<std::string>{"--script-dir", scratch_ / "scripts"});
    EXPECT_TRUE(host_.connects_to(server_.port()));
  }

  Terminal mega(std::vector<std::string> words,
                std::map<std::string, std::string> environment = {}) const {
    words.insert(words.begin(), mega_binary());
    environment.insert({{"MEGA_DATA", server_.folder()}, {"HOME", scratch_.path()}});
    return {std::move(words), environment};
  }
  std::string tasks() const { return server_.mega({"task", "list", "-o", "csv"}).output; }

  const Scratch scratch_;
  ServerProcess server_{scratch_ / "data"};
  const TestHost host_{scratch_ / "host"};
  std::optional<DaemonProcess> daemon_;
};

constexpr const char* question =
    "Task 1 goes on. c cancels it, l leaves it running, Enter waits on: ";
constexpr const char* ctrl_c = "\x03";

TEST_F(RunOnTerminal, ShowsProgressAndAsksWhatCtrlCMeans) {
  Terminal run = mega({"run", "--on", "db1", "slow.sh"});
  EXPECT_TRUE(run.shows("1 host: 1 running")) << run.shown();
  run.type(ctrl_c);
  EXPECT_TRUE(run.shows(question)) << run.shown();
  run.type("\n");
  EXPECT_TRUE(run.shows("1 host: 1 running")) << run.shown();
  run.type(ctrl_c);
  EXPECT_TRUE(run.shows(question)) << run.shown();
  run.type("l\n");
  EXPECT_TRUE(run.shows("left; task 1 goes on: mega task show 1")) << run.shown();
  EXPECT_EQ(run.wait(), 8);
  EXPECT_THAT(tasks(), HasSubstr("1,running,"));

  Terminal show = mega({"task", "show", "1", "--follow"});
  EXPECT_TRUE(show.shows("1 host: 1 running")) << show.shown();
  scratch_.write("go", "");
  EXPECT_TRUE(show.shows("the end")) << show.shown();
  EXPECT_EQ(show.wait(), 0);
}

TEST_F(RunOnTerminal, LeavesWhenCtrlCComesAgainAndCancelsWhenToldTo) {
  Terminal run = mega({"run", "--on", "db1", "slow.sh"});
  EXPECT_TRUE(run.shows("1 host: 1 running")) << run.shown();
  run.type(ctrl_c);
  EXPECT_TRUE(run.shows(question)) << run.shown();
  run.type(ctrl_c);
  EXPECT_TRUE(run.shows("left; task 1 goes on")) << run.shown();
  EXPECT_EQ(run.wait(), 8);
  EXPECT_THAT(tasks(), HasSubstr("1,running,"));

  Terminal show = mega({"task", "show", "1", "--follow"});
  EXPECT_TRUE(show.shows("1 host: 1 running")) << show.shown();
  show.type(ctrl_c);
  EXPECT_TRUE(show.shows(question)) << show.shown();
  show.type("c\n");
  EXPECT_TRUE(show.shows("1 host: 1 cancelled")) << show.shown();
  EXPECT_EQ(show.wait(), 3);
  EXPECT_THAT(tasks(), HasSubstr("1,cancelled,slow.sh"));
}

TEST_F(RunOnTerminal, EndsTheLastLineOfAnOutput) {
  ::chmod(scratch_.write("scripts/line.sh", "printf 'no newline'; exit 2\n").c_str(), 0755);
  Terminal run = mega({"run", "--on", "db1", "line.sh"});
  EXPECT_TRUE(run.shows("no newline\r\ndb1: it exited with 2")) << run.shown();
  EXPECT_EQ(run.wait(), 3);
  EXPECT_EQ(server_.mega({"run", "--on", "db1", "line.sh"}).output, "no newline");
}

TEST_F(RunOnTerminal, EscapesOutputWithAndWithoutColours) {
  ::chmod(scratch_.write("scripts/esc.sh", "printf '\\033]0;TITLE\\007hello\\n'\n").c_str(), 0755);
  const std::map<std::string, std::string> environments[] = {
      {{"TERM", "xterm"}}, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, {{"TERM", "dumb"}}};
  const std::vector<std::string> commands[] = {
      {"run", "--on", "db1", "esc.sh"}, {"task", "show", "1"}, {"task", "show", "1", "-o", "csv"}};
  for (const auto& environment : environments) {
    for (const auto& command : commands) {
      SCOPED_TRACE(testing::PrintToString(environment) + testing::PrintToString(command));
      Terminal terminal = mega(command, environment);
      EXPECT_TRUE(terminal.shows("\\x1b]0;TITLE\\x07hello")) << terminal.shown();
      EXPECT_EQ(terminal.wait(), 0);
      EXPECT_THAT(terminal.shown(), testing::Not(HasSubstr("\x1b]")));
    }
  }
  EXPECT_EQ(server_.mega({"run", "--on", "db1", "esc.sh"}).output, "\x1b]0;TITLE\x07hello\n");
}

}  // namespace
}  // namespace mega
