#include "base/log_file.h"

#include "base/descriptor.h"
#include "base/text.h"
#include "tests/support/other_user.h"
#include "tests/support/scratch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <map>

namespace mega {
namespace {

constexpr LogFileLimits no_limits{};

TEST(LogFile, AppendsToWhatIsThere) {
  const Scratch folder;
  auto log = LogFile::open(folder.write("a.log", "old\n"), no_limits);
  ASSERT_TRUE(log.has_value());
  ASSERT_TRUE(log->append("new\n").has_value());
  EXPECT_EQ(folder.read("a.log"), "old\nnew\n");
}

TEST(LogFile, SaysWhyItCannotBeOpened) {
  const Scratch folder;
  const auto log = LogFile::open(folder / "none/a.log", no_limits);
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().message,
            "cannot open the log " + folder / "none/a.log" + ": No such file or directory");
}

TEST(LogFile, RotatesBeforeALineThatWouldBeTooMuch) {
  const Scratch folder;
  auto log = LogFile::open(folder / "a.log", {.bytes_max = 10, .files_max = 2});
  for (const char* line : {"one1\n", "two2\n", "three\n", "four4\n", "five5\n", "six66\n"}) {
    ASSERT_TRUE(log->append(line).has_value());
  }
  EXPECT_EQ(folder.read("a.log"), "six66\n");
  EXPECT_EQ(folder.read("a.log.1"), "five5\n");
  EXPECT_EQ(folder.read("a.log.2"), "four4\n");
  EXPECT_EQ(folder.entries(), 3u);
}

TEST(LogFile, FillsAFileToItsLastByte) {
  const Scratch folder;
  auto log = LogFile::open(folder / "a.log", {.bytes_max = 10, .files_max = 2});
  ASSERT_TRUE(log->append("one1\n").has_value());
  ASSERT_TRUE(log->append("two2\n").has_value());
  EXPECT_EQ(folder.read("a.log"), "one1\ntwo2\n");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(LogFile, KeepsNoneWhenNoneIsToBeKept) {
  const Scratch folder;
  auto log = LogFile::open(folder / "a.log", {.bytes_max = 5, .files_max = 0});
  ASSERT_TRUE(log->append("one1\n").has_value());
  ASSERT_TRUE(log->append("two2\n").has_value());
  EXPECT_EQ(folder.read("a.log"), "two2\n");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(LogFile, TakesALineLongerThanTheLimit) {
  const Scratch folder;
  auto log = LogFile::open(folder / "a.log", {.bytes_max = 5, .files_max = 1});
  ASSERT_TRUE(log->append("a long line\n").has_value());
  ASSERT_TRUE(log->append("another long line\n").has_value());
  EXPECT_EQ(folder.read("a.log"), "another long line\n");
  EXPECT_EQ(folder.read("a.log.1"), "a long line\n");
}

TEST(LogFile, GivesTheNewFileTheModeOfTheOld) {
  const Scratch folder;
  auto log = LogFile::open(folder.write("a.log", "old\n"), {.bytes_max = 5, .files_max = 1});
  ASSERT_EQ(::chmod((folder / "a.log").c_str(), 0662), 0);
  ASSERT_TRUE(log->append("new\n").has_value());
  EXPECT_EQ(folder.read("a.log"), "new\n");
  EXPECT_EQ(mode_of(folder / "a.log"), 0662u);
}

TEST(LogFile, CreatesItForItsOwnerAndGroup) {
  const Scratch folder;
  const mode_t before = ::umask(0);
  const auto log = LogFile::open(folder / "a.log", no_limits);
  ::umask(before);
  EXPECT_EQ(mode_of(folder / "a.log"), 0640u);
}

TEST(LogFile, NoticesThatTheFileWasMovedAway) {
  const Scratch folder;
  auto log = LogFile::open(folder / "a.log", no_limits);
  ASSERT_TRUE(log->append("one\n").has_value());
  std::filesystem::rename(folder / "a.log", folder / "a.log.old");
  ASSERT_TRUE(log->append("two\n").has_value());
  std::filesystem::remove(folder / "a.log");
  ASSERT_TRUE(log->append("three\n").has_value());
  EXPECT_EQ(folder.read("a.log.old"), "one\n");
  EXPECT_EQ(folder.read("a.log"), "three\n");
}

TEST(LogFile, StaysWithTheOldFileWhenTheNewOneCannotBeOpened) {
  const Scratch folder;
  std::filesystem::create_directory(folder / "logs");
  auto log = LogFile::open(folder / "logs/a.log", no_limits);
  std::filesystem::rename(folder / "logs", folder / "moved");
  EXPECT_FALSE(log->reopen().has_value());
  ASSERT_TRUE(log->append("one\n").has_value());
  EXPECT_EQ(folder.read("moved/a.log"), "one\n");
}

TEST(LogFile, AFullDiskIsAnErrorAndNoMore) {
  auto log = LogFile::open("/dev/full", {.bytes_max = 5, .files_max = 1});
  ASSERT_TRUE(log.has_value());
  const auto lost = log->append("one line\n");
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().message, "cannot write the log /dev/full: No space left on device");
}

// Runs `body` in a child and gives its exit code.
template <class Body>
pid_t start_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

// The lines of a log and of its rotated files.
std::vector<std::string> all_lines(const Scratch& folder, int files) {
  std::string text;
  for (int i = files; i > 0; --i) text += folder.read(fmt::format("a.log.{}", i));
  text += folder.read("a.log");
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

TEST(LogFile, ManyProcessesTearAndLoseNoLineWhileItIsRotated) {
  constexpr int processes = 4;
  constexpr int lines_each = 500;
  constexpr int files = 400;
  const Scratch folder;
  const auto line_of = [](int process, int number) {
    return fmt::format(
        "{} {} {}", process, number,
        std::string(static_cast<std::size_t>(number % 97), static_cast<char>('a' + process)));
  };
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    children.push_back(start_child([&] {
      auto log = LogFile::open(folder / "a.log", {.bytes_max = 2000, .files_max = files});
      if (!log) return 1;
      for (int i = 0; i < lines_each; ++i) {
        if (!log->append(line_of(process, i) + "\n")) return 2;
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  std::map<std::string, int> count;
  for (const std::string& line : all_lines(folder, files)) ++count[line];
  EXPECT_EQ(count.size(), static_cast<std::size_t>(processes * lines_each));
  for (int process = 0; process < processes; ++process) {
    for (int i = 0; i < lines_each; ++i) EXPECT_EQ(count[line_of(process, i)], 1);
  }
  EXPECT_GT(folder.entries(), 2u);
}

TEST(LogFile, NeverRenamesALink) {
  const Scratch folder;
  const std::string link = folder / "stdout";
  ASSERT_EQ(::symlink(folder.write("a.log", "").c_str(), link.c_str()), 0);
  auto log = LogFile::open(link, {.bytes_max = 10, .files_max = 2});
  ASSERT_TRUE(log.has_value());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(log->append("a line\n").has_value());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(folder.read("a.log").size(), 35u);
  EXPECT_EQ(folder.entries(), 2u);
}

TEST(LogFile, WritesIntoAFifoAndDoesNotWaitForItsReader) {
  const Scratch folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const LogFileLimits limits{.bytes_max = 1, .files_max = 2};
  EXPECT_FALSE(LogFile::open(fifo, limits).has_value());
  const Descriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  auto log = LogFile::open(fifo, limits);
  ASSERT_TRUE(log.has_value());
  ASSERT_TRUE(log->append("one\n").has_value());
  ASSERT_TRUE(log->append("two\n").has_value());
  std::array<char, 16> text{};
  EXPECT_EQ(::read(*reader, text.data(), text.size()), 8);
  EXPECT_EQ(std::string(text.data()), "one\ntwo\n");
  EXPECT_EQ(folder.entries(), 1u);
}

class LogFileOfRoot : public OtherUsersPlace {};

TEST_F(LogFileOfRoot, BelongsToTheOwnerOfItsFolderAlsoAfterARotation) {
  auto log = LogFile::open(theirs + "/a.log", {.bytes_max = 10, .files_max = 1});
  ASSERT_TRUE(log.has_value());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->append("a line\n").has_value());
  EXPECT_EQ(owner_of(theirs + "/a.log"), other_user);
  EXPECT_EQ(owner_of(theirs + "/a.log.1"), other_user);
}

TEST_F(LogFileOfRoot, FollowsNoLinkThatItsOwnerCouldNot) {
  const std::string target = secret();
  EXPECT_FALSE(LogFile::open(link(target), no_limits).has_value());
  EXPECT_EQ(scratch.read("secret"), "of root\n");
}

// What a rotation finds where it has just renamed the log.
TEST_F(LogFileOfRoot, GivesNoFileAwayWhenALinkTakesThePlaceOfTheLog) {
  auto log = LogFile::open(theirs + "/a.log", no_limits);
  ASSERT_TRUE(log.has_value());
  ASSERT_TRUE(log->append("one\n").has_value());
  ASSERT_EQ(::unlink((theirs + "/a.log").c_str()), 0);
  const std::string target = secret();
  link(target, "theirs/a.log");
  EXPECT_FALSE(log->reopen().has_value());
  ASSERT_TRUE(log->append("two\n").has_value()) << "into the file that is open";
  EXPECT_EQ(scratch.read("secret"), "of root\n");
  EXPECT_EQ(owner_of(target), 0u);
}

TEST(LogFile, AProcessThatMayNotRotateWritesOn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can try as somebody else";
  const Scratch folder;
  folder.write("a.log", "old old old\n");
  ASSERT_EQ(::chmod((folder / "a.log").c_str(), 0666), 0);
  ASSERT_EQ(::chmod((folder / "").c_str(), 0755), 0);
  const pid_t child = start_child([&] {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 1;
    auto log = LogFile::open(folder / "a.log", {.bytes_max = 10, .files_max = 2});
    return log && log->append("new\n") ? 0 : 2;
  });
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(folder.read("a.log"), "old old old\nnew\n");
  EXPECT_EQ(folder.entries(), 1u);
}

}  // namespace
}  // namespace mega
