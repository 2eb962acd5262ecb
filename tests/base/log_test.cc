#include "base/log.h"

#include "base/settings.h"
#include "base/text.h"
#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include <filesystem>

namespace mega {
namespace {

constexpr Logger logger{"probe"};

// Directs the log to a file of a test's own; afterwards it goes to standard error again.
class Logged : public testing::Test {
 protected:
  ~Logged() override { EXPECT_TRUE(open_log(LogTarget{}).has_value()); }

  void open(LogTarget target = {}) {
    target.file = folder / "a.log";
    ASSERT_TRUE(open_log(target).has_value());
  }

  // The lines from behind the name on.
  std::vector<std::string> lines(std::string_view file = "a.log") const {
    std::vector<std::string> found;
    const std::string text = folder.read(file);
    for (const std::string_view line : split(text, '\n')) {
      if (line.size() > 33) found.emplace_back(line.substr(33));
    }
    return found;
  }

  Scratch folder;
};

using Lines = std::vector<std::string>;

TEST_F(Logged, WritesWhatIsSevereEnough) {
  open();
  logger.debug("not {}", "this");
  logger.info("rows={}", 3);
  logger.warn("refused");
  logger.error("disk {}", "full");
  EXPECT_EQ(lines(), (Lines{"INFO  rows=3", "WARN  refused", "ERROR disk full"}));
  EXPECT_FALSE(Logger::enabled(LogLevel::debug));
  EXPECT_TRUE(Logger::enabled(LogLevel::info));
}

TEST_F(Logged, WritesDebugLinesOnRequest) {
  open({.level = LogLevel::debug});
  logger.debug("this");
  EXPECT_EQ(lines(), Lines{"DEBUG this"});
}

TEST_F(Logged, NamesItselfBehindTheTime) {
  open();
  logger.info("x");
  const std::string text = folder.read("a.log");
  ASSERT_GT(text.size(), 20u);
  EXPECT_EQ(text.substr(19), " probe        INFO  x\n");
}

TEST_F(Logged, MessagesThatComeFromElsewhereAreNoFormats) {
  open();
  ASSERT_TRUE(write_log("cron", LogLevel::warn, "100% {} {0} done\n").has_value());
  EXPECT_EQ(lines(), Lines{"WARN  100% {} {0} done\\n"});
}

TEST_F(Logged, WritesJsonOnRequest) {
  open({.json = true});
  logger.info("a \"b\"");
  const std::string text = folder.read("a.log");
  EXPECT_TRUE(text.starts_with("{\"time\":\""));
  EXPECT_TRUE(
      text.ends_with("\"name\":\"probe\",\"level\":\"info\",\"message\":\"a \\\"b\\\"\"}\n"));
}

TEST_F(Logged, GoesOnInANewFileWhenTheOldOneWasMoved) {
  open();
  logger.info("one");
  std::filesystem::rename(folder / "a.log", folder / "moved");
  ASSERT_TRUE(reopen_log().has_value());
  EXPECT_EQ(folder.read("a.log"), "");
  logger.info("two");
  EXPECT_EQ(lines("moved"), Lines{"INFO  one"});
  EXPECT_EQ(lines(), Lines{"INFO  two"});
}

TEST_F(Logged, RotatesBySize) {
  open({.file_bytes_max = 100, .files_max = 1});
  for (int i = 0; i < 9; ++i) logger.info("line {}", i);
  EXPECT_EQ(lines(), Lines{"INFO  line 8"});
  EXPECT_EQ(lines("a.log.1"), (Lines{"INFO  line 6", "INFO  line 7"}));
}

TEST_F(Logged, KeepsItsTargetWhenTheNewOneCannotBeOpened) {
  open();
  const auto refused = open_log({.file = folder / "none/a.log", .level = LogLevel::error});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::not_found);
  logger.info("still here");
  EXPECT_EQ(lines(), Lines{"INFO  still here"});
}

TEST_F(Logged, ThreadsDoNotMixTheirLines) {
  open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 200; ++i) logger.info("{}", std::string(50, 'x'));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Lines all = lines();
  EXPECT_EQ(all.size(), 800u);
  for (const std::string& line : all) EXPECT_EQ(line, "INFO  " + std::string(50, 'x'));
}

// A disk that has no more room than `bytes` for a file, for as long as it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(Logged, SurvivesAFullDiskAndSaysSoOnce) {
  open();
  // Longer than what will be said: standard error is a file of the same disk here.
  logger.info("before {}", std::string(500, 'x'));
  testing::internal::CaptureStderr();
  {
    const auto full = static_cast<rlim_t>(folder.read("a.log").size()) + 10;
    const FullDisk disk(full);
    for (int i = 0; i < 3; ++i) logger.info("lost {}", i);
    EXPECT_FALSE(write_log("probe", LogLevel::info, "lost 3").has_value());
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(said.starts_with("mega: cannot write the log " + folder / "a.log" + ": ")) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;

  logger.info("after");
  const std::string text = folder.read("a.log");
  EXPECT_NE(text.find("WARN  lines lost before this one: 4\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("INFO  after\n")) << text;
  // The first bytes of a lost line stand on a line of their own.
  EXPECT_EQ(std::ranges::count(text, '\n'), 4) << text;
}

TEST_F(Logged, GoesToStandardErrorUntilItIsDirected) {
  ASSERT_TRUE(open_log(LogTarget{}).has_value());
  testing::internal::CaptureStderr();
  logger.warn("to whom it may concern");
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(said.ends_with(" probe        WARN  to whom it may concern\n")) << said;
  EXPECT_TRUE(reopen_log().has_value());
}

TEST(LogTarget, IsWhatTheSettingsSay) {
  const auto settings = Settings::load({.environment = {{"MEGA_LOG_FILE_NAME", "/x/a.log"},
                                                        {"MEGA_LOG_LEVEL", "debug"},
                                                        {"MEGA_LOG_FORMAT", "json"},
                                                        {"MEGA_LOG_FILE_BYTES_MAX", "1KiB"},
                                                        {"MEGA_LOG_FILES_MAX", "7"}}});
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  const LogTarget target = log_target(*settings);
  EXPECT_EQ(target.file, "/x/a.log");
  EXPECT_EQ(target.level, LogLevel::debug);
  EXPECT_TRUE(target.json);
  EXPECT_EQ(target.file_bytes_max, 1024u);
  EXPECT_EQ(target.files_max, 7);
}

TEST(LogTarget, IsStandardErrorAtInfoUnlessSet) {
  const LogTarget target = log_target(*Settings::load({}));
  EXPECT_EQ(target.file, "");
  EXPECT_EQ(target.level, LogLevel::info);
  EXPECT_FALSE(target.json);
}

TEST(ParseLogLevel, KnowsTheFour) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error}) {
    EXPECT_EQ(parse_log_level(name_of(level)).value(), level);
  }
  const auto wrong = parse_log_level("wran");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().message,
            "want one of debug, info, warn, error, not \"wran\", did you mean 'warn'?");
}

}  // namespace
}  // namespace mega
