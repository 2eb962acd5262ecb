#include "base/log.h"

#include "base/text.h"
#include "cmd/command_line.h"
#include "tests/support/scratch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mega {
namespace {

// Runs `mega log` into a file of a test's own.
class LogCommand : public testing::Test {
 protected:
  ~LogCommand() override { EXPECT_TRUE(open_log(LogTarget{}).has_value()); }

  Result<void> run(std::vector<std::string> words) {
    const std::vector<std::string> before{"log", "--config", folder.write("a.conf", ""),
                                          "--log-file-name", folder / "a.log"};
    words.insert(words.begin(), before.begin(), before.end());
    return run_command_line(words);
  }

  // The lines from behind the time on.
  std::vector<std::string> lines() const {
    std::vector<std::string> found;
    const std::string text = folder.read("a.log");
    for (const std::string_view line : split(text, '\n')) {
      if (line.size() > 20) found.emplace_back(line.substr(20));
    }
    return found;
  }

  Scratch folder;
};

using Lines = std::vector<std::string>;

TEST_F(LogCommand, WritesALineInTheSeedsFormat) {
  ASSERT_TRUE(run({"backup", "full backup of 10.0.0.7:3306 done"}).has_value());
  EXPECT_EQ(lines(), Lines{"backup       INFO  full backup of 10.0.0.7:3306 done"});
}

TEST_F(LogCommand, JoinsWordsThatNobodyQuoted) {
  ASSERT_TRUE(run({"--level", "warn", "backup", "disk", "is", "full"}).has_value());
  EXPECT_EQ(lines(), Lines{"backup       WARN  disk is full"});
}

TEST_F(LogCommand, KeepsToTheLevel) {
  ASSERT_TRUE(run({"--level", "debug", "backup", "x"}).has_value());
  EXPECT_EQ(lines(), Lines{});
  ASSERT_TRUE(run({"--level", "debug", "--log-level", "debug", "backup", "x"}).has_value());
  EXPECT_EQ(lines(), Lines{"backup       DEBUG x"});
}

TEST_F(LogCommand, RefusesALevelThatIsNone) {
  const auto result = run({"--level", "wran", "backup", "x"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::invalid_argument);
  EXPECT_NE(result.error().message.find("did you mean 'warn'?"), std::string::npos);
  EXPECT_EQ(lines(), Lines{});
}

TEST_F(LogCommand, SaysThatTheFileCannotBeOpened) {
  const auto result = run_command_line({"log", "--config", folder.write("a.conf", ""),
                                        "--log-file-name", folder / "none/a.log", "backup", "x"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message,
            "cannot open the log " + (folder / "none/a.log") + ": No such file or directory");
}

TEST_F(LogCommand, FailsWhenTheLineIsLost) {
  testing::internal::CaptureStderr();
  const auto result = run_command_line({"log", "--config", folder.write("a.conf", ""),
                                        "--log-file-name", "/dev/full", "backup", "x"});
  testing::internal::GetCapturedStderr();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(exit_code(result.error().code), 1);
}

// Standard input from a file for as long as it lives.
class Input {
 public:
  explicit Input(const std::string& file) : before_(::dup(STDIN_FILENO)) {
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    ::dup2(opened, STDIN_FILENO);
    ::close(opened);
  }
  Input(const Input&) = delete;
  ~Input() {
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }

 private:
  int before_;
};

TEST_F(LogCommand, LogsEachLineOfStandardInput) {
  const struct {
    const char* name;
    std::string input;
    Lines messages;
  } cases[] = {
      {"nothing", "", {}},
      {"one line", "a\n", {"a"}},
      {"no newline at the end", "a\nb", {"a", "b"}},
      {"empty lines", "\na\n\n", {"", "a", ""}},
      {"lines of Windows", "a\r\nb\r\n", {"a", "b"}},
      {"control bytes", "a\x1b[1m\tb\n", {"a\\x1b[1m\\tb"}},
      {"more than one chunk",
       std::string(30'000, 'x') + "\n" + std::string(30'000, 'y') + "\n" + std::string(30'000, 'z'),
       {std::string(30'000, 'x'), std::string(30'000, 'y'), std::string(30'000, 'z')}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write("a.log", "");
    const Input input(folder.write("input", c.input));
    ASSERT_TRUE(run({"cron", "-"}).has_value());
    Lines expected;
    for (const std::string& message : c.messages)
      expected.push_back("cron         INFO  " + message);
    EXPECT_EQ(lines(), expected);
  }
}

TEST_F(LogCommand, KeepsTheBeginningOfALineWithoutEnd) {
  const Input input(folder.write("input", std::string(1 << 20, 'x') + "\nnext\n"));
  ASSERT_TRUE(run({"cron", "-"}).has_value());
  const Lines found = lines();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_LT(found[0].size(), 40'000u);
  EXPECT_NE(found[0].find("x... ("), std::string::npos);
  EXPECT_EQ(found[1], "cron         INFO  next");
}

}  // namespace
}  // namespace mega
