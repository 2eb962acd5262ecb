#include "base/data_folder.h"
#include "keeping/backup.h"
#include "sql/sqlite.h"
#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using testing::HasSubstr;

class AuditChecking : public testing::Test {
 protected:
  AuditChecking() {
    const auto store = open();
    for (int i = 1; i <= 5; ++i) {
      EXPECT_TRUE(store->inventory.add_server(root, fmt::format("10.0.0.{}", i), {}));
    }
    head = store->audit.verify_audit()->hash;
  }
  std::unique_ptr<Store> open() { return Store::open({.folder = folder.path()}, clock).value(); }
  // As somebody with the file and SQLite does.
  void tamper(const std::string& sql) {
    const auto done = (*SqliteConnection::open(folder / store_file_name, SqliteMode::read_write))
                          ->run_script(sql);
    ASSERT_TRUE(done) << error_of(done);
  }

  Scratch folder;
  FakeClock clock;
  std::string head;
};

TEST_F(AuditChecking, FindsTheFirstRowThatSomebodyTouched) {
  const std::string whole = folder.read("mega.db");
  const struct {
    const char* name;
    const char* sql;
    std::int64_t broken;
    const char* why;
  } cases[] = {
      {"a cell", "UPDATE audit SET args = 'other' WHERE id = 3", 3, "row 3 is not what its hash"},
      {"none made empty", "UPDATE audit SET `before` = '' WHERE id = 2", 2, "row 2 is not what"},
      {"a time that is none", "UPDATE audit SET time = 1.5 WHERE id = 2", 2, "row 2 has a cell of"},
      {"a hash", "UPDATE audit SET hash = 'abc' WHERE id = 4", 4, "row 4 is not what"},
      {"the first row gone", "DELETE FROM audit WHERE id = 1", 1,
       "row 1 is missing, row 2 is next"},
      {"a middle row gone", "DELETE FROM audit WHERE id = 3", 3, "row 3 is missing, row 4 is next"},
      {"a row gone and the gap closed",
       "DELETE FROM audit WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4;"
       "UPDATE audit SET id = 4 WHERE id = 5",
       3, "row 3 is not what"},
      {"a row put in",
       "UPDATE audit SET id = 6 WHERE id = 5; INSERT INTO audit SELECT 5, time, who, door, peer, "
       "`function`, args, `before`, `after`, result, hash FROM audit WHERE id = 4",
       5, "row 5 is not what"},
      {"a row before the first",
       "INSERT INTO audit SELECT 0, time, who, door, peer, `function`, args, `before`, `after`, "
       "result, hash FROM audit WHERE id = 1",
       0, "row 0 is one that should not be there"},
      {"two swapped",
       "UPDATE audit SET id = 9 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3;"
       "UPDATE audit SET id = 3 WHERE id = 9",
       2, "row 2 is not what"},
      {"first rows said to be archived",
       "INSERT INTO audit_archive (time, first_id, last_id, hash, file) SELECT 0, 1, 2, hash, "
       "'/x' FROM audit WHERE id = 2; DELETE FROM audit WHERE id <= 2",
       3, "the rows up to 2 are said to be in /x, but no row tells of that archive"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write("mega.db", whole);
    std::filesystem::remove(folder / "mega.db-wal");
    std::filesystem::remove(folder / "mega.db-shm");
    EXPECT_EQ(open()->audit.verify_audit()->broken, std::nullopt);
    tamper(c.sql);
    const auto check = open()->audit.verify_audit();
    ASSERT_TRUE(check) << error_of(check);
    EXPECT_EQ(check->broken, c.broken) << check->why;
    EXPECT_THAT(check->why, HasSubstr(c.why));
  }
}

TEST_F(AuditChecking, RowsRemovedAtTheEndShowAgainstAHeadThatWasKept) {
  EXPECT_EQ(open()->audit.verify_audit(head)->broken, std::nullopt);
  ASSERT_TRUE(open()->inventory.add_server(root, "10.0.0.6", {}));
  EXPECT_EQ(open()->audit.verify_audit(head)->broken, std::nullopt) << "newer rows are no harm";
  tamper("DELETE FROM audit WHERE id >= 5");
  EXPECT_EQ(open()->audit.verify_audit()->broken, std::nullopt) << "nothing else shows it";
  const auto check = open()->audit.verify_audit(head);
  EXPECT_EQ(check->broken, 5);
  EXPECT_THAT(check->why, HasSubstr("no row has the hash " + head));
}

TEST_F(AuditChecking, HoldsInABackupThatWasRestored) {
  ASSERT_TRUE(back_up(folder.path(), folder / "copy", false, clock));
  const auto restored = restore(folder / "copy", folder.path(), true);
  ASSERT_TRUE(restored) << error_of(restored);
  EXPECT_EQ(open()->audit.verify_audit(head)->rows, 5);
  ASSERT_TRUE(open()->inventory.add_server(root, "10.0.0.6", {}));
  const auto check = open()->audit.verify_audit(head);
  EXPECT_EQ(check->broken, std::nullopt) << check->why;
  EXPECT_EQ(check->rows, 6);
}

}  // namespace
}  // namespace mega
