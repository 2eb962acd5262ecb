// Connections to a SQLite file: WAL, synchronous FULL, foreign keys, statements kept.
// docs/decisions/0002-sqlite.md says why each setting is what it is.
#pragma once

#include "sql/connection.h"

#include <memory>
#include <string>

struct sqlite3;

namespace mega {

enum class SqliteMode {
  create,      // reads and writes; the file comes into being when it is missing
  read_write,  // the file must exist
  read_only,   // the file must exist; statements that write are refused
};

class SqliteConnection final : public Connection {
 public:
  // `path` ":memory:" is a database that ends with the connection.
  // Errors: corrupt for what is no database or a damaged one, failed for what cannot be opened;
  // each names the path.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, SqliteMode mode);
  ~SqliteConnection() override;

  Result<Cursor> select(std::string_view sql, SqlParameters parameters = {}) override;
  Result<std::int64_t> execute(std::string_view sql, SqlParameters parameters = {}) override;
  Result<void> run_script(const std::string& sql) override;
  std::int64_t last_insert_id() const override;
  Result<void> begin_read() override;
  Result<void> begin_write() override;
  Result<void> commit() override;
  void roll_back() override;

  // Makes the file a WAL database, which it stays. Errors: failed where that is impossible.
  Result<void> use_wal();

  // Reads the whole file and says the first thing that is wrong with it. Thorough also compares the
  // indexes with their tables, which takes about three times as long. Errors: corrupt.
  Result<void> check(bool thorough);

  // All of `source` as of now, in place of what this one holds. Writers of `source` go on
  // meanwhile.
  Result<void> copy_from(SqliteConnection& source);

 private:
  struct Parts;
  explicit SqliteConnection(std::unique_ptr<Parts> parts);
  Result<Statement*> prepare(std::string_view sql, SqlParameters parameters);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mega
