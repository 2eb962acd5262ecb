// Selection: a select and its columns in one definition, so that names, SQL and types always agree.
#pragma once

#include "base/result.h"
#include "sql/connection.h"
#include "sql/field.h"
#include "sql/row_collector.h"
#include "value/value.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The one number that a statement selects.
Result<std::int64_t> selected_number(Connection& connection, std::string_view sql);

// The argument of LIMIT for "the first n, 0: all". Errors: invalid_argument for a negative number.
Result<std::int64_t> checked_limit(std::int64_t limit);

class Selection {
 public:
  // "SELECT <fields> <rest>".
  Selection(const std::vector<Field>& fields, std::string_view rest);

  const Columns& columns() const { return columns_; }
  const std::string& sql() const { return sql_; }

  // All rows. `expected`: rows to reserve memory for; a wrong guess only costs time.
  Result<Rows> rows(Connection& connection, SqlParameters parameters,
                    std::size_t expected = 0) const;
  // The first row; nullopt: there is none.
  Result<std::optional<Row>> row(Connection& connection, SqlParameters parameters) const;
  // All rows, online ones first; at most `rows_max`. Requires: a column "stat".
  Result<Rows> rows_online_first(Connection& connection, SqlParameters parameters,
                                 std::int64_t rows_max, std::size_t expected) const;
  // Adds each row to the collector, until it is full.
  Result<void> collect(Connection& connection, SqlParameters parameters, RowCollector& rows) const;
  // Appends the cells of the cursor's current row.
  void append(const Cursor& cursor, List& cells) const;

 private:
  Columns columns_;
  std::vector<bool> holds_time_;
  std::string sql_;
};

// Collects rows in the order "online first, then as they come", so that the database can walk an
// index in the order of addresses and need not sort whole rows.
class OnlineFirst {
 public:
  // Reserves memory for `expected` rows; returns at most `rows_max`.
  OnlineFirst(const Columns& columns, std::int64_t rows_max, std::size_t expected);

  // Where the next row's cells are appended, before add() or drop().
  List& cells() { return rows_.cells; }
  std::span<const Value> latest() const;
  void add();
  void drop();
  // True when further rows cannot change the result.
  bool full() const { return online_ >= rows_max_; }
  Rows take();

 private:
  Rows rows_;
  List offline_;
  std::size_t stat_cell_;
  std::int64_t rows_max_;
  std::int64_t online_ = 0;
};

}  // namespace mega
