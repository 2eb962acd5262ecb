#include "sql/sqlite.h"

#include "tests/support/scratch.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::unique_ptr<SqliteConnection> open(const std::string& path = ":memory:",
                                       SqliteMode mode = SqliteMode::create) {
  auto opened = SqliteConnection::open(path, mode);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
  return opened ? std::move(*opened) : nullptr;
}

template <class T>
std::string error_of(const Result<T>& result) {
  return result ? "no error"
                : std::string(kind(result.error().code)) + ": " + result.error().message;
}

std::int64_t number(Connection& connection, std::string_view sql) {
  auto cursor = connection.select(sql);
  EXPECT_TRUE(cursor) << error_of(cursor);
  if (!cursor) return -1;
  const auto row = cursor->next();
  EXPECT_TRUE(row && *row) << error_of(row);
  return cursor->integer(0);
}

bool is_in_files(const Scratch& folder, const std::string& text) {
  return (folder.read("mega.db") + folder.read("mega.db-wal")).find(text) != std::string::npos;
}

TEST(Sqlite, WhatIsDeletedIsGoneFromItsFilesOnceTheLogIsEmpty) {
  const Scratch folder;
  const auto writer = open(folder / "mega.db");
  ASSERT_TRUE(writer->use_wal());
  ASSERT_TRUE(writer->run_script("CREATE TABLE t (id INTEGER PRIMARY KEY, input BLOB)"));
  const std::string small = "a small secret";
  const std::string large = std::string(100'000, '.') + "a large secret";  // on pages of its own
  for (const std::string& input : {small, large}) {
    ASSERT_TRUE(writer->execute("INSERT INTO t (input) VALUES (?)", {Blob{input}}));
  }
  EXPECT_TRUE(writer->empty_log().value());
  EXPECT_TRUE(is_in_files(folder, "a small secret"));
  ASSERT_TRUE(writer->execute("UPDATE t SET input = NULL"));
  EXPECT_TRUE(writer->empty_log().value());
  EXPECT_FALSE(is_in_files(folder, "a small secret"));
  EXPECT_FALSE(is_in_files(folder, "a large secret"));
}

TEST(Sqlite, EmptiesNoLogThatAReaderNeeds) {
  const Scratch folder;
  const auto writer = open(folder / "mega.db");
  ASSERT_TRUE(writer->use_wal());
  ASSERT_TRUE(writer->run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1);"));
  const auto reader = open(folder / "mega.db", SqliteMode::read_only);
  ASSERT_TRUE(reader->begin_read());
  EXPECT_EQ(number(*reader, "SELECT a FROM t"), 1);
  ASSERT_TRUE(writer->execute("UPDATE t SET a = 2"));
  EXPECT_FALSE(writer->empty_log().value());
  reader->roll_back();
  EXPECT_TRUE(writer->empty_log().value());
  EXPECT_EQ(folder.read("mega.db-wal"), "");
}

TEST(Sqlite, ReadsCellsAsTheKindThatWasBound) {
  const auto connection = open();
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (a, b, c, d, e, f)"));
  const std::string with_zero("a\0b", 3);
  ASSERT_TRUE(connection->execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)",
                                  {std::monostate(), std::int64_t{-9223372036854775807 - 1}, 1.5,
                                   std::string_view(with_zero), Blob{"\xff"}, std::string_view()}));
  auto cursor = connection->select("SELECT * FROM t");
  ASSERT_TRUE(cursor);
  ASSERT_TRUE(*cursor->next());
  EXPECT_EQ(cursor->columns(), 6);
  EXPECT_EQ(cursor->kind(0), CellKind::none);
  EXPECT_EQ(cursor->kind(1), CellKind::integer);
  EXPECT_EQ(cursor->integer(1), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(cursor->kind(2), CellKind::real);
  EXPECT_EQ(cursor->real(2), 1.5);
  EXPECT_EQ(cursor->kind(3), CellKind::text);
  EXPECT_EQ(cursor->text(3), with_zero);
  EXPECT_EQ(cursor->kind(4), CellKind::bytes);
  EXPECT_EQ(cursor->text(4), "\xff");
  EXPECT_EQ(cursor->kind(5), CellKind::text) << "an empty view is empty text, not none";
  EXPECT_EQ(cursor->text(0), "");
  EXPECT_FALSE(*cursor->next());
}

TEST(Sqlite, ReadsOneStatementTwiceAtOnce) {
  const auto connection = open();
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)"));
  auto outer = connection->select("SELECT a FROM t ORDER BY a");
  ASSERT_TRUE(*outer->next());
  EXPECT_EQ(number(*connection, "SELECT a FROM t ORDER BY a"), 1);
  ASSERT_TRUE(*outer->next());
  EXPECT_EQ(outer->integer(0), 2);
}

TEST(Sqlite, ForgetsParametersOfTheLastRun) {
  const auto connection = open();
  {
    auto cursor = connection->select("SELECT ?", {std::int64_t{7}});
    ASSERT_TRUE(*cursor->next());
  }
  auto cursor = connection->select("SELECT ?");
  ASSERT_TRUE(*cursor->next());
  EXPECT_TRUE(cursor->is_none(0));
}

TEST(Sqlite, RollsBackWhatWasNotCommitted) {
  const auto connection = open();
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (a)"));
  {
    auto transaction = Transaction::begin(*connection, Transaction::Kind::write);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(connection->execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 0);
  auto transaction = Transaction::begin(*connection, Transaction::Kind::write);
  ASSERT_EQ(*connection->execute("INSERT INTO t VALUES (1), (2)"), 2);
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 2);
}

TEST(Sqlite, KeepsTheSettingsThatDurabilityNeeds) {
  const Scratch folder;
  const auto connection = open(folder / "x.db");
  ASSERT_TRUE(connection->use_wal());
  EXPECT_EQ(number(*connection, "PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(number(*connection, "PRAGMA foreign_keys"), 1);
  auto mode = connection->select("PRAGMA journal_mode");
  ASSERT_TRUE(*mode->next());
  EXPECT_EQ(mode->text(0), "wal");
}

TEST(Sqlite, AReaderSeesOneStateWhileAnotherWrites) {
  const Scratch folder;
  const auto writer = open(folder / "x.db");
  ASSERT_TRUE(writer->use_wal());
  ASSERT_TRUE(writer->run_script("CREATE TABLE t (a)"));
  const auto reader = open(folder / "x.db", SqliteMode::read_only);
  auto transaction = Transaction::begin(*reader, Transaction::Kind::read);
  EXPECT_EQ(number(*reader, "SELECT count(*) FROM t"), 0);
  ASSERT_TRUE(writer->execute("INSERT INTO t VALUES (1)"));
  EXPECT_EQ(number(*reader, "SELECT count(*) FROM t"), 0);
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(number(*reader, "SELECT count(*) FROM t"), 1);
}

TEST(Sqlite, SaysWhatACallerCanDoAboutAFailure) {
  const Scratch folder;
  const auto connection = open(folder / "x.db");
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)"));
  const auto reader = open(folder / "x.db", SqliteMode::read_only);
  const struct {
    const char* name;
    Result<std::int64_t> result;
    const char* error;
  } cases[] = {
      {"a key twice", connection->execute("INSERT INTO t VALUES (1)"),
       "already_exists: %s: UNIQUE constraint failed: t.a"},
      {"no SQL", connection->execute("GARBAGE"), "internal: %s: near \"GARBAGE\": syntax error"},
      {"no statement", connection->execute(" "), "internal: %s: an empty statement"},
      {"too many parameters", connection->execute("SELECT 1", {std::int64_t{1}}),
       "internal: %s: column index out of range"},
      {"a write by a reader", reader->execute("DELETE FROM t"),
       "failed: %s: attempt to write a readonly database"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string error = c.error;
    error.replace(error.find("%s"), 2, folder / "x.db");
    EXPECT_EQ(error_of(c.result), error);
  }
}

TEST(Sqlite, NamesWhatCannotBeOpened) {
  const Scratch folder;
  const auto missing = SqliteConnection::open(folder / "none.db", SqliteMode::read_write);
  EXPECT_EQ(error_of(missing), "failed: " + (folder / "none.db") +
                                   ": unable to open database file (No such file or directory)");
  const std::string text = folder.write("text.db", std::string(5000, 'x'));
  EXPECT_EQ(error_of(SqliteConnection::open(text, SqliteMode::read_write)),
            "corrupt: " + text + ": file is not a database");
}

TEST(Sqlite, ADiskThatIsFullLeavesTheTransactionUndone) {
  const Scratch folder;
  const auto connection = open(folder / "x.db");
  ASSERT_TRUE(connection->use_wal());
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  ASSERT_EQ(number(*connection, "PRAGMA max_page_count = 20"), 20);
  auto transaction = Transaction::begin(*connection, Transaction::Kind::write);
  const std::string large(200'000, 'x');
  EXPECT_EQ(error_of(connection->execute("INSERT INTO t VALUES (?)", {std::string_view(large)})),
            "failed: " + (folder / "x.db") + ": database or disk is full");
  EXPECT_FALSE(transaction->commit());
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
  EXPECT_TRUE(connection->execute("INSERT INTO t VALUES (2)")) << "it goes on when there is room";
}

TEST(Sqlite, WaitsForAnotherWriterAndThenSaysSo) {
  const Scratch folder;
  const auto one = open(folder / "x.db");
  ASSERT_TRUE(one->use_wal());
  const auto two = open(folder / "x.db");
  ASSERT_EQ(number(*two, "PRAGMA busy_timeout = 1"), 1);
  auto transaction = Transaction::begin(*one, Transaction::Kind::write);
  ASSERT_TRUE(transaction);
  EXPECT_EQ(error_of(Transaction::begin(*two, Transaction::Kind::write)),
            "unavailable: " + (folder / "x.db") + ": database is locked");
}

TEST(Sqlite, CopiesADatabaseThatIsBeingWritten) {
  const Scratch folder;
  const auto source = open(folder / "x.db");
  ASSERT_TRUE(source->use_wal());
  ASSERT_TRUE(source->run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  const auto reader = open(folder / "x.db", SqliteMode::read_only);
  auto writing = Transaction::begin(*source, Transaction::Kind::write);
  ASSERT_TRUE(source->execute("INSERT INTO t VALUES (2)"));
  folder.write("copy.db", "");
  ASSERT_TRUE(reader->copy_to(folder / "copy.db"));
  const auto copy = open(folder / "copy.db", SqliteMode::read_only);
  ASSERT_TRUE(copy->check(true));
  EXPECT_EQ(number(*copy, "SELECT count(*) FROM t"), 1) << "what was committed";
  EXPECT_EQ(copy->tables().value(), std::vector<std::string>{"t"});
  EXPECT_FALSE(std::filesystem::exists(folder / "copy.db-wal")) << "one file";
}

TEST(Sqlite, TheCheckFindsADamagedPage) {
  const Scratch folder;
  {
    const auto connection = open(folder / "x.db");
    ASSERT_TRUE(connection->run_script("CREATE TABLE t (a); CREATE INDEX i ON t (a)"));
    auto transaction = Transaction::begin(*connection, Transaction::Kind::write);
    const std::string row(500, 'x');
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(connection->execute("INSERT INTO t VALUES (?)", {std::string_view(row)}));
    }
    ASSERT_TRUE(transaction->commit());
    ASSERT_TRUE(connection->check(false));
  }
  std::string bytes = folder.read("x.db");
  ASSERT_GT(bytes.size(), 4U * 4096);
  bytes.replace(3 * 4096, 64, 64, '\xee');
  folder.write("x.db", bytes);
  const auto connection = open(folder / "x.db");
  EXPECT_THAT(error_of(connection->check(false)),
              StartsWith("corrupt: " + (folder / "x.db") + ": database disk image is malformed"));
}

}  // namespace
}  // namespace mega
