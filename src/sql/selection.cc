#include "sql/selection.h"

#include <limits>

#include <algorithm>
#include <iterator>
#include <memory>

namespace mega {

Result<std::int64_t> selected_number(Connection& connection, std::string_view sql) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return cursor->integer(0);
}

Result<std::int64_t> checked_limit(std::int64_t limit) {
  if (limit < 0) {
    return fail(Errc::invalid_argument, "count must be 0 (all) or a number of rows, not {}", limit);
  }
  return limit == 0 ? std::numeric_limits<std::int64_t>::max() : limit;
}

Selection::Selection(const std::vector<Field>& fields, std::string_view rest) {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    sql_ += names.empty() ? "SELECT " : ", ";
    sql_ += field.sql;
    names.emplace_back(field.name);
    holds_time_.push_back(field.kind == FieldKind::time);
  }
  sql_ += " ";
  sql_ += rest;
  columns_ = std::make_shared<const std::vector<std::string>>(std::move(names));
}

void Selection::append(const Cursor& cursor, List& cells) const {
  for (int i = 0; i < static_cast<int>(holds_time_.size()); ++i) {
    switch (cursor.kind(i)) {
      case CellKind::none:
        cells.emplace_back();
        break;
      case CellKind::integer:
        if (holds_time_[static_cast<std::size_t>(i)]) {
          cells.emplace_back(Time{cursor.integer(i)});
        } else {
          cells.emplace_back(cursor.integer(i));
        }
        break;
      case CellKind::real:
        cells.emplace_back(cursor.real(i));
        break;
      case CellKind::text:
        cells.emplace_back(cursor.text(i));
        break;
      case CellKind::bytes:
        cells.emplace_back(Bytes{std::string(cursor.text(i))});
        break;
    }
  }
}

Result<Rows> Selection::rows(Connection& connection, SqlParameters parameters,
                             std::size_t expected) const {
  auto cursor = connection.select(sql_, parameters);
  if (!cursor) return fail(cursor.error());
  Rows rows{columns_, {}};
  rows.cells.reserve(expected * columns_->size());
  for (;;) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) return rows;
    append(*cursor, rows.cells);
  }
}

Result<void> Selection::collect(Connection& connection, SqlParameters parameters,
                                RowCollector& rows) const {
  auto cursor = connection.select(sql_, parameters);
  if (!cursor) return fail(cursor.error());
  while (!rows.full()) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    append(*cursor, rows.cells());
    if (auto added = rows.add(); !added) return added;
  }
  return {};
}

Result<Rows> Selection::rows_online_first(Connection& connection, SqlParameters parameters,
                                          std::int64_t rows_max, std::size_t expected) const {
  auto cursor = connection.select(sql_, parameters);
  if (!cursor) return fail(cursor.error());
  OnlineFirst rows(columns_, rows_max, expected);
  while (!rows.full()) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    append(*cursor, rows.cells());
    rows.add();
  }
  return rows.take();
}

Result<std::optional<Row>> Selection::row(Connection& connection, SqlParameters parameters) const {
  auto cursor = connection.select(sql_, parameters);
  if (!cursor) return fail(cursor.error());
  const auto more = cursor->next();
  if (!more) return fail(more.error());
  if (!*more) return std::nullopt;
  Row row{columns_, {}};
  row.cells.reserve(columns_->size());
  append(*cursor, row.cells);
  return row;
}

OnlineFirst::OnlineFirst(const Columns& columns, std::int64_t rows_max, std::size_t expected)
    : rows_{columns, {}}, rows_max_(rows_max) {
  const auto stat = std::ranges::find(*columns, "stat");
  stat_cell_ = static_cast<std::size_t>(stat - columns->begin());
  const auto room = std::min(expected, static_cast<std::size_t>(rows_max));
  rows_.cells.reserve(room * columns->size() + columns->size());
}

std::span<const Value> OnlineFirst::latest() const {
  return std::span(rows_.cells).last(rows_.columns->size());
}

void OnlineFirst::drop() { rows_.cells.resize(rows_.cells.size() - rows_.columns->size()); }

void OnlineFirst::add() {
  const auto* stat = latest()[stat_cell_].as<std::int64_t>();
  if (stat && *stat == 1) {
    ++online_;
    return;
  }
  const std::size_t width = rows_.columns->size();
  const auto first = rows_.cells.end() - static_cast<std::ptrdiff_t>(width);
  if (offline_.size() / width < static_cast<std::size_t>(rows_max_)) {
    std::move(first, rows_.cells.end(), std::back_inserter(offline_));
  }
  drop();
}

Rows OnlineFirst::take() {
  const std::size_t width = rows_.columns->size();
  const auto room = static_cast<std::size_t>(rows_max_ - online_);
  const std::size_t rest = std::min(offline_.size() / width, room) * width;
  std::move(offline_.begin(), offline_.begin() + static_cast<std::ptrdiff_t>(rest),
            std::back_inserter(rows_.cells));
  return std::move(rows_);
}

}  // namespace mega
