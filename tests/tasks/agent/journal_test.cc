#include "tasks/agent/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tasks/agent/process_mark.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"

namespace mega {
namespace {

using std::chrono::hours;

class JournalTest : public testing::Test {
 protected:
  std::unique_ptr<Journal> open(const JournalLimits& limits = {}) {
    auto journal = Journal::open(path, clock, limits);
    EXPECT_TRUE(journal) << journal.error().message;
    return std::move(*journal);
  }
  Journal::Interrupted order(const std::string& id) {
    return {.id = id, .what = id + ".sh", .started = clock.now(), .process = {}};
  }
  static TaskOutcome done(const std::string& output) {
    return {.state = TaskState::ok, .exit_code = 0, .output = output};
  }
  static void start(Journal& journal, const Journal::Interrupted& order) {
    const auto started = journal.start({order});
    ASSERT_TRUE(started) << started.error().message;
  }
  static std::string output_of(const Journal& journal, const std::string& id) {
    const auto outcome = journal.outcome(id);
    return outcome && *outcome ? (*outcome)->output : "(none)";
  }

  const Scratch scratch;
  const std::string path = scratch / "tasks.journal";
  FakeClock clock;
};

TEST_F(JournalTest, KnowsAfterAnyCrashWhatWasStartedAndWhatEnded) {
  {
    auto journal = open();
    start(*journal, order("1"));
    start(*journal, order("2"));
    ASSERT_TRUE(journal->end("1", done("one")));
    journal->note_process("2", {4711, 815, "boot"});
  }
  const std::string whole = scratch.read("tasks.journal");
  // Whatever part of it reached the disk: what is told is true, and nothing is forgotten before it.
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    SCOPED_TRACE(bytes);
    scratch.write("tasks.journal", whole.substr(0, bytes));
    auto journal = open();
    const auto lines = std::ranges::count(whole.substr(0, bytes), '\n');
    EXPECT_EQ(journal->knows("1"), lines >= 1);
    EXPECT_EQ(journal->knows("2"), lines >= 2);
    EXPECT_EQ(output_of(*journal, "1"), lines >= 3 ? "one" : "(none)");
    const auto interrupted = journal->interrupted();
    EXPECT_EQ(interrupted.size(), lines == 0 ? 0 : lines == 1 ? 1 : lines == 2 ? 2 : 1);
    if (lines >= 4) {
      EXPECT_EQ(interrupted.at(0).process.pid, 4711);
    }
    EXPECT_FALSE(journal->knows("3"));
    EXPECT_EQ(journal->outcome("3").error().code, Errc::not_found);
  }
}

TEST_F(JournalTest, GoesOnBehindATornLine) {
  {
    auto journal = open();
    start(*journal, order("1"));
  }
  scratch.write("tasks.journal", scratch.read("tasks.journal") + "0badbeef {\"event");
  {
    auto journal = open();
    start(*journal, order("2"));
    ASSERT_TRUE(journal->end("2", done("two")));
  }
  auto journal = open();
  EXPECT_EQ(journal->interrupted().size(), 1u);
  EXPECT_EQ(output_of(*journal, "2"), "two");
}

TEST_F(JournalTest, ADamagedLineCostsItselfOnly) {
  {
    auto journal = open();
    start(*journal, order("1"));
    ASSERT_TRUE(journal->end("1", done("one")));
    start(*journal, order("2"));
    ASSERT_TRUE(journal->end("2", done("two")));
  }
  std::string text = scratch.read("tasks.journal");
  text[text.find("\"one\"")] = 'X';
  scratch.write("tasks.journal", text);
  auto journal = open();
  EXPECT_EQ(output_of(*journal, "2"), "two");
  EXPECT_TRUE(journal->knows("1"));  // by the line of its start
}

TEST_F(JournalTest, DropsOutputsFirstAndForgetsIdsMuchLater) {
  const JournalLimits limits{.keep_outcomes = hours(24), .keep_ids = hours(240)};
  {
    auto journal = open(limits);
    start(*journal, order("1"));
    ASSERT_TRUE(journal->end("1", done("one")));
  }
  clock.advance(hours(25));
  {
    auto journal = open(limits);
    EXPECT_TRUE(journal->knows("1"));
    const auto outcome = journal->outcome("1");
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_EQ((*outcome)->state, TaskState::ok);
    EXPECT_EQ((*outcome)->output, "");
    EXPECT_TRUE((*outcome)->output_cut);
  }
  clock.advance(hours(220));
  EXPECT_FALSE(open(limits)->knows("1"));
}

TEST_F(JournalTest, StaysSmallWhileItIsWritten) {
  const JournalLimits limits{.bytes_max = 20'000, .ids_max = 50};
  auto journal = open(limits);
  for (int i = 0; i < 300; ++i) {
    start(*journal, order(std::to_string(i)));
    ASSERT_TRUE(journal->end(std::to_string(i), done(std::string(300, 'x'))));
    clock.advance(std::chrono::seconds(1));
  }
  start(*journal, order("running"));
  EXPECT_LE(journal->bytes(), 60'000u);
  EXPECT_EQ(std::filesystem::file_size(path), journal->bytes());
  EXPECT_EQ(output_of(*journal, "299"), std::string(300, 'x'));
  journal.reset();
  journal = open(limits);
  EXPECT_TRUE(journal->knows("299"));
  EXPECT_TRUE(journal->knows("260"));
  EXPECT_FALSE(journal->knows("1"));
  EXPECT_EQ(journal->interrupted().size(), 1u);
}

TEST_F(JournalTest, CannotBeReadByOthers) {
  open();
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
}

// A small file system of its own, full when the test says so.
class FullDisk : public JournalTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch / "disk");
    if (::mount("none", (scratch / "disk").c_str(), "tmpfs", 0, "size=64k") != 0) {
      GTEST_SKIP() << "only root may mount";
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) {
      EXPECT_EQ(::umount2((scratch / "disk").c_str(), MNT_DETACH), 0);
    }
  }
  void fill() {
    for (std::size_t bytes = 1; bytes <= 16; ++bytes) {
      scratch.write("disk/filler", std::string(bytes * 4096, 'x'));
    }
  }
  void make_room() { std::filesystem::remove(scratch / "disk/filler"); }
  bool mounted_ = false;
};

TEST_F(FullDisk, RefusesAStartAndStaysAsItWas) {
  auto opened = Journal::open(scratch / "disk/tasks.journal", clock);
  ASSERT_TRUE(opened) << opened.error().message;
  auto& journal = **opened;
  start(journal, order("1"));
  fill();
  // The page of the file has room for a while.
  Result<void> started;
  int last = 1;
  while (started && last < 1000) started = journal.start({order(std::to_string(++last))});
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("No space left"), std::string::npos);
  EXPECT_FALSE(journal.knows(std::to_string(last)));

  // An outcome that does not fit is known while the daemon runs, and written when there is room.
  EXPECT_FALSE(journal.end("1", done(std::string(9000, 'x'))));
  EXPECT_EQ(output_of(journal, "1").size(), 9000u);
  make_room();
  start(journal, order("again"));
  ASSERT_TRUE(journal.end("again", done("there")));
  opened->reset();
  auto again = Journal::open(scratch / "disk/tasks.journal", clock);
  ASSERT_TRUE(again);
  EXPECT_EQ(output_of(**again, "again"), "there");
  EXPECT_TRUE((*again)->knows("1"));
  EXPECT_FALSE((*again)->knows(std::to_string(last)));
}

TEST(ProcessMark, TellsAProcessFromALaterOneOfItsNumber) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::setsid();
    ::pause();
    ::_exit(0);
  }
  const ProcessMark mark = mark_process(child);
  EXPECT_EQ(mark.pid, child);
  EXPECT_GT(mark.ticks, 0);
  EXPECT_FALSE(mark.boot.empty());
  EXPECT_TRUE(eventually([&] { return ::getsid(child) == child; }));
  ProcessMark other = mark;
  ++other.ticks;
  EXPECT_FALSE(kill_group_if_same(other));
  other = mark;
  other.boot = "another";
  EXPECT_FALSE(kill_group_if_same(other));
  EXPECT_TRUE(kill_group_if_same(mark));
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_FALSE(kill_group_if_same(mark));
  EXPECT_EQ(mark_process(child).pid, 0);
}

}  // namespace
}  // namespace mega
