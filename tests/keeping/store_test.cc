#include "tests/support/store.h"

#include "sql/migrations.h"
#include "sql/sqlite.h"
#include "tests/inventory/store/fixture.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

namespace mega {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;

const FakeClock clock_of_tests;

Result<std::unique_ptr<Store>> open(const Scratch& folder) {
  return Store::open({.folder = folder.path()}, clock_of_tests);
}

std::string address(int n) { return fmt::format("10.0.{}.{}", n / 250, n % 250 + 1); }

// A closed store with `count` instances.
void fill(const Scratch& folder, int count) {
  const auto store = open(folder);
  ASSERT_TRUE(store) << error_of(store);
  for (int i = 0; i < count; ++i) {
    ASSERT_TRUE((*store)->inventory.add_instance(root, address(i), 3306, {.version = "10.11.6"}));
  }
}

TEST(Store, KeepsWhatItWasTold) {
  const Scratch folder;
  fill(folder, 3);
  const auto store = open(folder);
  ASSERT_TRUE(store) << error_of(store);
  EXPECT_EQ((*store)->inventory.instances({})->size(), 3U);
  const auto facts = (*store)->database->facts();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->schema, newest_schema());
  const auto counts = (*store)->inventory.counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->servers, 3);
  EXPECT_EQ(counts->instances, 3);
  EXPECT_EQ(counts->databases, 0);
  EXPECT_GE(facts->bytes, 4096);
}

TEST(Store, ItsFileIsForItsUserOnly) {
  const Scratch folder;
  fill(folder, 1);
  struct stat facts {};
  ASSERT_EQ(::stat((folder / "mega.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST(Store, NamesAFolderThatIsNotThere) {
  EXPECT_EQ(error_of(Store::open({.folder = "/nonexistent/x"}, clock_of_tests)),
            "not_found: there is no folder /nonexistent/x");
}

TEST(Store, RefusesAFileThatIsNoStore) {
  const Scratch folder;
  const std::string file = folder / "mega.db";
  const auto error = [&] { return error_of(open(folder)); };
  const std::string advice = "; restore a backup with mega server restore, or move the file away";
  const std::string path = folder / "mega.db";

  folder.write("mega.db", "");
  EXPECT_EQ(error(), "corrupt: " + path + ": the file is empty" + advice);
  folder.write("mega.db", std::string(10'000, 'x'));
  EXPECT_EQ(error(), "corrupt: " + path + ": file is not a database" + advice);
  std::filesystem::remove(file);
  folder.write("mega.db-wal", "frames");
  EXPECT_EQ(error(), "corrupt: " + path + ": the file is missing, but its log " + path +
                         "-wal is there" + advice);
  std::filesystem::remove(file + "-wal");
  ASSERT_TRUE(
      (*SqliteConnection::open(file, SqliteMode::create))->run_script("CREATE TABLE x (a)"));
  EXPECT_EQ(error(),
            "corrupt: " + path + ": it is a database of something else, not of mega" + advice);
}

TEST(Store, RefusesANewerStore) {
  const Scratch folder;
  fill(folder, 1);
  ASSERT_TRUE((*SqliteConnection::open(folder / "mega.db", SqliteMode::read_write))
                  ->run_script("UPDATE meta SET value = '99' WHERE name = 'schema'"));
  EXPECT_EQ(error_of(open(folder)),
            fmt::format("refused: {}/mega.db: it has schema 99, but this mega {} knows up to {}: "
                        "use a newer mega",
                        folder.path(), MEGA_VERSION, first_migrations().size()));
}

TEST(Store, BeginsAgainWhereItsCreationWasCutShort) {
  const Scratch folder;
  folder.write("mega.db.new", "the first bytes");
  fill(folder, 1);
  EXPECT_EQ((*open(folder))->inventory.instances({})->size(), 1U);
}

// A truncated file opens as less than it was only where nothing was lost: never as an empty fleet.
TEST(Store, SeesThatItWasTruncatedAtAnyPage) {
  const Scratch folder;
  fill(folder, 60);
  const std::string whole = folder.read("mega.db");
  ASSERT_GT(whole.size(), 10U * 4096);
  for (std::size_t bytes = 0; bytes < whole.size(); bytes += 4096) {
    SCOPED_TRACE(bytes);
    folder.write("mega.db", whole.substr(0, bytes));
    std::filesystem::remove(folder / "mega.db-wal");
    const auto store = open(folder);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Errc::corrupt) << store.error().message;
  }
}

// Whatever byte is wrong: an error that says so or answers, never a crash.
TEST(Store, SurvivesFlippedBytes) {
  const Scratch folder;
  fill(folder, 30);
  const std::string whole = folder.read("mega.db");
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); at += 997) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    folder.write("mega.db", damaged);
    std::filesystem::remove(folder / "mega.db-wal");
    std::filesystem::remove(folder / "mega.db-shm");
    const auto store = open(folder);
    if (!store) {
      ++refused;
      EXPECT_THAT(store.error().code, AnyOf(Errc::corrupt, Errc::refused, Errc::failed))
          << at << ": " << store.error().message;
      continue;
    }
    for (const auto& rows : {(*store)->inventory.instances({}), (*store)->audit.audit(0)}) {
      EXPECT_TRUE(rows || rows.error().code == Errc::corrupt) << at << ": " << error_of(rows);
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(Store, ReadersSeeWholeChangesWhileTheWriterWrites) {
  const Scratch folder;
  const auto opened = Store::open({.folder = folder.path(), .readers = 2}, clock_of_tests);
  ASSERT_TRUE(opened) << error_of(opened);
  Store& store = **opened;
  constexpr int changes = 60;
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {  // more than there are connections
    readers.emplace_back([&] {
      std::size_t last = 0;
      while (!done) {
        // A database comes with its instance and server, or not at all.
        const auto databases = store.inventory.databases({});
        const auto servers = store.inventory.servers({});
        ASSERT_TRUE(databases && servers) << error_of(databases) << error_of(servers);
        EXPECT_GE(servers->size(), databases->size());
        EXPECT_GE(databases->size(), last);
        last = databases->size();
        ASSERT_TRUE(store.inventory.instance("10.0.0.1", 3306));
        ASSERT_TRUE(store.inventory.search("instance", "role=master", State::online, 1));
        ++reads;
      }
    });
  }
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      for (int i = w; i < changes; i += 2) {
        EXPECT_TRUE(store.inventory.add_database(root, address(i), 3306, "shop", {}));
      }
    });
  }
  for (auto& writer : writers) writer.join();
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(store.inventory.databases({})->size(), static_cast<std::size_t>(changes));
  EXPECT_GT(reads.load(), 0);
}

// The process is killed while it writes; what it had acknowledged is there.
TEST(Store, KeepsWhatItAcknowledgedBeforeItWasKilled) {
  const Scratch folder;
  for (int round = 0; round < 5; ++round) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = open(folder);
      for (int i = 0; store; ++i) {
        if (!(*store)->inventory.add_server(root, address(round * 1000 + i), {})) break;
        const char byte = '.';
        if (::write(acknowledged[1], &byte, 1) != 1) break;
      }
      ::_exit(1);
    }
    ::close(acknowledged[1]);
    std::size_t count = 0;
    char byte = 0;
    while (count < 20 && ::read(acknowledged[0], &byte, 1) == 1) ++count;
    ASSERT_EQ(count, 20U);
    ::kill(child, SIGKILL);
    while (::read(acknowledged[0], &byte, 1) == 1) ++count;
    ::close(acknowledged[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);

    const auto store = open(folder);
    ASSERT_TRUE(store) << error_of(store);
    for (std::size_t i = 0; i < count; ++i) {
      const auto server = (*store)->inventory.server(address(round * 1000 + static_cast<int>(i)));
      ASSERT_TRUE(server && *server) << i << " of " << count;
    }
    EXPECT_EQ((*store)->audit.audit(0)->size(), (*store)->inventory.servers({})->size());
  }
}

// In a child, because the limit is the process's: files must not grow over it, as on a full disk.
TEST(Store, AFullDiskFailsTheChangeAndKeepsTheRest) {
  const Scratch folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = open(folder);
    if (!store || !(*store)->inventory.add_server(root, "10.9.9.9", {})) ::_exit(2);
    const rlimit limit{256 << 10, 256 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Result<void> added;
    int count = 0;
    while (added && count < 5000)
      added = (*store)->inventory.add_server(root, address(count++), {});
    if (added) ::_exit(3);
    if (added.error().code != Errc::failed) ::_exit(4);
    const auto& message = added.error().message;
    if (message.find("disk") == std::string::npos) ::_exit(5);
    // It still answers, has all that it acknowledged and nothing of what it did not.
    const auto servers = (*store)->inventory.servers({});
    if (!servers || static_cast<int>(servers->size()) != count) ::_exit(6);
    if ((*store)->audit.audit(0)->size() != servers->size()) ::_exit(7);
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const auto store = open(folder);
  ASSERT_TRUE(store) << error_of(store);
  EXPECT_TRUE((*store)->inventory.server("10.9.9.9")->has_value());
  EXPECT_TRUE((*store)->inventory.add_server(root, "10.9.9.10", {}));
}

TEST(Store, ItsLogStaysSmall) {
  const Scratch folder;
  const auto store = open(folder);
  ASSERT_TRUE(store) << error_of(store);
  constexpr int changes = 150;
  for (int i = 0; i < changes; ++i) {
    Tags tags;
    for (int t = 0; t < 60; ++t) {
      tags[fmt::format("t{}", t)] = std::string(200, static_cast<char>('a' + i % 26));
    }
    ASSERT_TRUE((*store)->inventory.add_server(root, "10.0.0.1", {.tags = tags}));
  }
  // More was written than the log holds: what came first has gone into the file.
  EXPECT_GT(std::filesystem::file_size(folder / "mega.db"), std::size_t{1} << 20);
  EXPECT_LE(std::filesystem::file_size(folder / "mega.db-wal"), std::size_t{8} << 20);
}

TEST(Store, RefusesTablesThatAreNotItsOwn) {
  const Scratch folder;
  fill(folder, 1);
  ASSERT_TRUE((*SqliteConnection::open(folder / "mega.db", SqliteMode::read_write))
                  ->run_script("ALTER TABLE instance RENAME COLUMN ha_type TO ha_typo"));
  EXPECT_THAT(error_of(open(folder)), HasSubstr("corrupt: "));
  EXPECT_THAT(error_of(open(folder)), HasSubstr("no such column: i.ha_type"));
}

}  // namespace
}  // namespace mega
