#include "audit/archive.h"
#include "tests/support/store.h"

#include "keeping/backup.h"
#include "sql/sqlite.h"
#include "tests/inventory/store/fixture.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Archiving : public testing::Test {
 protected:
  Archiving() {
    std::filesystem::create_directory(folder / "data");
    store = open();
    add(3);
  }
  std::unique_ptr<Store> open() { return Store::open({.folder = folder / "data"}, clock).value(); }
  // So many rows, and then an hour goes by.
  void add(int count) {
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(store->inventory.add_server(root, fmt::format("10.0.0.{}", ++servers), {}));
    }
    clock.advance(std::chrono::hours(1));
  }
  Result<AuditArchive> archive(const std::string& name = "a.jsonl") {
    return store->audit.archive_audit(root, clock.now(), folder / name);
  }
  void expect_whole(std::int64_t rows) {
    const auto check = store->audit.verify_audit();
    ASSERT_TRUE(check) << error_of(check);
    EXPECT_EQ(check->broken, std::nullopt) << check->why;
    EXPECT_EQ(check->rows, rows);
  }

  Scratch folder;
  FakeClock clock;
  int servers = 0;
  std::unique_ptr<Store> store;
};

TEST_F(Archiving, MovesOldRowsIntoAFileThatHoldsByItself) {
  const std::string head = store->audit.verify_audit()->hash;
  const auto moved = archive();
  ASSERT_TRUE(moved) << error_of(moved);
  EXPECT_EQ(moved->rows, 3);
  EXPECT_EQ(moved->hash, head);
  EXPECT_THAT(lines(store->audit.audit(0), {"id", "result"}), ElementsAre("4 done"))
      << "the row about the archive";
  expect_whole(1);
  EXPECT_EQ(store->audit.verify_audit()->previous, head);

  const auto check = verify_archive(folder / "a.jsonl");
  ASSERT_TRUE(check) << error_of(check);
  EXPECT_EQ(check->broken, std::nullopt) << check->why;
  EXPECT_EQ(check->rows, 3);
  EXPECT_EQ(check->previous, "");
  EXPECT_EQ(check->hash, head);
  struct stat facts {};
  ASSERT_EQ(::stat((folder / "a.jsonl").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  EXPECT_EQ(folder.entries(), 2U) << "nothing beside it";
}

TEST_F(Archiving, EachFileFollowsTheOneBefore) {
  ASSERT_TRUE(archive("a.jsonl"));
  add(2);
  ASSERT_TRUE(archive("b.jsonl"));
  expect_whole(1);
  const auto a = verify_archive(folder / "a.jsonl"), b = verify_archive(folder / "b.jsonl");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(b->broken, std::nullopt) << b->why;
  EXPECT_EQ(b->previous, a->hash);
  EXPECT_EQ(b->first_id, a->last_id + 1);
  store = open();
  expect_whole(1);
  add(1);
  expect_whole(2);
}

TEST_F(Archiving, LeavesWhatIsNotOldEnough) {
  const Time before = clock.now();
  add(2);
  const auto moved = store->audit.archive_audit(root, before, folder / "a.jsonl");
  ASSERT_TRUE(moved) << error_of(moved);
  EXPECT_EQ(moved->last_id, 3);
  expect_whole(3);
  const auto again = store->audit.archive_audit(root, before, folder / "b.jsonl");
  ASSERT_TRUE(again) << error_of(again);
  EXPECT_EQ(again->rows, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "b.jsonl"));
  expect_whole(3);
}

// A row behind a newer one waits for it, however its time reads.
TEST_F(Archiving, TakesNoRowOutOfTheMiddleAfterTheClockWasSetBack) {
  const Time now = clock.now();
  clock.set(Time{now.seconds - 7200});
  add(1);
  clock.set(now);
  const auto moved = store->audit.archive_audit(root, Time{now.seconds - 3600}, folder / "a.jsonl");
  ASSERT_TRUE(moved) << error_of(moved);
  EXPECT_EQ(moved->rows, 0);
  expect_whole(4);
}

TEST_F(Archiving, RefusesWhatItCannotDo) {
  EXPECT_THAT(error_of(store->audit.archive_audit(root, clock.now(), "a.jsonl")),
              HasSubstr("invalid_argument: file takes an absolute path"));
  EXPECT_THAT(
      error_of(store->audit.archive_audit(root, Time{clock.now().seconds + 1}, folder / "a")),
      HasSubstr("invalid_argument: before takes a time that has passed"));
  EXPECT_THAT(error_of(archive("none/a.jsonl")), HasSubstr("No such file or directory"));
  folder.write("a.jsonl", "something else");
  EXPECT_THAT(error_of(archive()), HasSubstr("already_exists: "));
  EXPECT_EQ(folder.read("a.jsonl"), "something else");
  std::filesystem::create_directory(folder / "b.jsonl");
  EXPECT_THAT(error_of(archive("b.jsonl")), HasSubstr("already_exists: "));
  expect_whole(3);
  EXPECT_EQ(folder.entries(), 3U) << "nothing is left behind";
}

TEST_F(Archiving, LeavesABrokenChainWhereItIs) {
  ASSERT_TRUE((*SqliteConnection::open(folder / "data/mega.db", SqliteMode::read_write))
                  ->run_script("UPDATE audit SET who = 'nobody' WHERE id = 2"));
  EXPECT_THAT(error_of(archive()), HasSubstr("findings: the audit is broken"));
  EXPECT_EQ(store->audit.audit(0)->size(), 3U);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST_F(Archiving, IsFinishedByTheSameCallWhereverItWasCutShort) {
  // The states on the way: a draft, the file in place, the rows gone.
  const Time before = clock.now();
  ASSERT_TRUE(back_up(folder / "data", folder / "copy", false, clock));
  ASSERT_TRUE(store->audit.archive_audit(root, before, folder / "a.jsonl"));
  const std::string whole = folder.read("a.jsonl");
  store.reset();
  ASSERT_TRUE(restore(folder / "copy", folder / "data", true));
  store = open();
  expect_whole(3);

  folder.write("a.jsonl.part-AbCdEf", whole.substr(0, whole.size() / 2));
  clock.advance(std::chrono::hours(1));
  add(1);  // meanwhile the server goes on
  const auto again = store->audit.archive_audit(root, before, folder / "a.jsonl");
  ASSERT_TRUE(again) << error_of(again);
  EXPECT_EQ(again->rows, 3);
  EXPECT_EQ(folder.read("a.jsonl"), whole);
  expect_whole(2);

  const auto once_more = store->audit.archive_audit(root, before, folder / "a.jsonl");
  ASSERT_TRUE(once_more) << error_of(once_more);
  EXPECT_EQ(once_more->rows, 0);
  EXPECT_EQ(folder.read("a.jsonl"), whole);
  expect_whole(2);
}

// In a child, because the limit is the process's: files must not grow over it, as on a full disk.
TEST_F(Archiving, AFullDiskLeavesTheRowsAndNoFile) {
  store.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto opened = open();
    const rlimit limit{700, 700};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto moved = opened->audit.archive_audit(root, clock.now(), folder / "a.jsonl");
    ::_exit(!moved && moved.error().code == Errc::failed ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(folder.entries(), 1U);
  store = open();
  expect_whole(3);
}

TEST_F(Archiving, AChangedFileIsNoticed) {
  ASSERT_TRUE(archive());
  const std::string whole = folder.read("a.jsonl");
  std::vector<std::size_t> starts{0};
  for (std::size_t at = whole.find('\n'); at + 1 < whole.size(); at = whole.find('\n', at + 1)) {
    starts.push_back(at + 1);
  }
  ASSERT_EQ(starts.size(), 4U);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    return text.replace(text.rfind(from), from.size(), to);
  };
  const struct {
    const char* name;
    std::string text;
    std::int64_t broken;
  } cases[] = {
      {"a cell of the last row", replaced("uid=0", "uid=1"), 3},
      {"the last row gone", whole.substr(0, starts[3]), 3},
      {"all rows gone", whole.substr(0, starts[1]), 1},
      {"a middle row gone", whole.substr(0, starts[2]) + whole.substr(starts[3]), 2},
      {"a row twice", whole + whole.substr(starts[3]), 3},
      {"a line cut", whole.substr(0, starts[2] + 20), 2},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto check = verify_archive(folder.write("changed", c.text));
    ASSERT_TRUE(check) << error_of(check);
    EXPECT_EQ(check->broken, c.broken) << check->why;
  }
  for (const std::string& text : {std::string(), std::string("{}\n"), whole.substr(starts[1])}) {
    EXPECT_THAT(error_of(verify_archive(folder.write("changed", text))),
                HasSubstr("is no archive of an audit"));
  }
  EXPECT_EQ(verify_archive(folder / "none").error().code, Errc::not_found);
}

}  // namespace
}  // namespace mega
