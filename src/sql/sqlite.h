// SqliteConnection: a connection to a SQLite file: WAL, synchronous FULL, foreign keys, cached
// statements. docs/decisions/0002-sqlite.md gives the reason for each setting.
#pragma once

#include "sql/connection.h"

#include <memory>
#include <string>

struct sqlite3;

namespace mega {

enum class SqliteMode {
  create,      // reads and writes; creates a missing file
  read_write,  // the file must exist
  read_only,   // the file must exist; refuses statements that write
};

class SqliteConnection final : public Connection {
 public:
  // `path` ":memory:" is a database that ends with the connection. Errors, each naming the path:
  // corrupt for a damaged file or one that is not a database, failed for one that cannot be opened.
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
  Result<std::vector<std::string>> tables() override;
  Result<void> check(bool thorough) override;
  Result<bool> empty_log() override;
  Result<void> copy_to(const std::string& file) override;

  // Switches the file to WAL, permanently. Errors: failed where WAL is impossible.
  Result<void> use_wal();

 private:
  struct Parts;
  explicit SqliteConnection(std::unique_ptr<Parts> parts);
  Result<Statement*> prepare(std::string_view sql, SqlParameters parameters);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mega
