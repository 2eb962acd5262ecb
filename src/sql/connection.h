// Connection: the store's interface to a database: statements, parameters, rows, transactions.
//
// The same SQL serves SQLite (sqlite.h) and later MariaDB: `?` for parameters, backticks around
// names that either reserves, no functions that only one of them has, and words in braces where
// they differ (dialect.h). Nothing above sql/ knows the engine. A Connection and the objects that
// it returns belong to one thread at a time.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mega {

// Binary data.
struct Blob {
  std::string_view data;
};

// A statement parameter; the driver copies the value when it binds it.
using SqlParameter = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;
using SqlParameters = std::initializer_list<SqlParameter>;

enum class CellKind { none, integer, real, text, bytes };

// One prepared statement of a driver. Callers hold a Cursor instead.
class Statement {
 public:
  virtual ~Statement() = default;
  virtual Result<bool> next() = 0;  // true: at a row
  virtual void finish() = 0;        // ready to be used again
  virtual int columns() const = 0;
  virtual CellKind kind(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  // also for bytes
};

// The rows of one select, in order. The destructor returns the statement to the connection, so a
// Cursor must not outlive the connection.
class Cursor {
 public:
  explicit Cursor(Statement& statement) : statement_(&statement) {}
  ~Cursor() {
    if (statement_) statement_->finish();
  }
  Cursor(Cursor&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Cursor& operator=(Cursor&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }

  // True while there is a row; columns count from 0.
  Result<bool> next() { return statement_->next(); }
  int columns() const { return statement_->columns(); }
  CellKind kind(int column) const { return statement_->kind(column); }
  bool is_none(int column) const { return kind(column) == CellKind::none; }
  // A cell of another kind is converted by the database's rules; none is 0 or "".
  std::int64_t integer(int column) const { return statement_->integer(column); }
  double real(int column) const { return statement_->real(column); }
  // Valid until the next call of next().
  std::string_view text(int column) const { return statement_->text(column); }

 private:
  Statement* statement_;
};

class Connection {
 public:
  virtual ~Connection() = default;

  // Runs a statement that returns rows. Each connection prepares it once and keeps it. Errors:
  // unavailable (locked by another process), corrupt, failed (disk full, input or output), internal
  // (the SQL itself is wrong); each with the database's own message.
  virtual Result<Cursor> select(std::string_view sql, SqlParameters parameters = {}) = 0;

  // Runs a statement that returns no rows; returns the number of rows changed. Errors: as select,
  // and already_exists when it violates a unique key.
  virtual Result<std::int64_t> execute(std::string_view sql, SqlParameters parameters = {}) = 0;

  // Runs statements separated by ';', without parameters, and does not keep them: for schemas.
  virtual Result<void> run_script(const std::string& sql) = 0;

  // The id assigned by the latest insert.
  virtual std::int64_t last_insert_id() const = 0;

  virtual Result<void> begin_read() = 0;   // all following selects see one snapshot
  virtual Result<void> begin_write() = 0;  // as begin_read(), and no other connection may write
  virtual Result<void> commit() = 0;       // on disk when it returns; rolls back on failure
  virtual void roll_back() = 0;

  // The names of all tables, in no order.
  virtual Result<std::vector<std::string>> tables() = 0;

  // Reads the whole database and reports the first fault. `thorough` also compares the indexes with
  // their tables, which takes about three times as long. Errors: corrupt.
  virtual Result<void> check(bool thorough) = 0;

  // Moves the engine's log into the database, so that what was deleted is gone from all files. Does
  // not wait: false while a reader still needs the log; try again later. Errors: failed (disk).
  virtual Result<bool> empty_log() = 0;

  // Writes a snapshot of the database to `file`, an empty file that exists, as a store in one file
  // (store_file.h). Writers are not blocked.
  virtual Result<void> copy_to(const std::string& file) = 0;
};

// The destructor rolls back unless commit() was called.
class Transaction {
 public:
  enum class Kind { read, write };

  static Result<Transaction> begin(Connection& connection, Kind kind) {
    auto begun = kind == Kind::read ? connection.begin_read() : connection.begin_write();
    if (!begun) return fail(begun.error());
    return Transaction(connection);
  }
  ~Transaction() {
    if (connection_) connection_->roll_back();
  }
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  Result<void> commit() { return std::exchange(connection_, nullptr)->commit(); }

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace mega
