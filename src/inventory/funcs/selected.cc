#include "inventory/funcs/selected.h"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace mega {
namespace {

// id, name, comment, stat.
constexpr std::size_t stat_column = 3;
constexpr std::size_t column_count = 4;

bool is_in(State state, std::int64_t stat) {
  return state == State::all || (state == State::online) == (stat == 1);
}

}  // namespace

Result<Rows> selected(Result<Rows> rows, State state, std::int64_t limit) {
  if (!rows) return rows;
  assert(rows->columns->size() == column_count);
  Rows chosen{rows->columns, {}};
  for (std::size_t at = 0; at < rows->cells.size(); at += column_count) {
    if (limit > 0 && chosen.size() == static_cast<std::size_t>(limit)) break;
    const auto row = rows->cells.begin() + static_cast<std::ptrdiff_t>(at);
    if (!is_in(state, *row[stat_column].as<std::int64_t>())) continue;
    std::move(row, row + column_count, std::back_inserter(chosen.cells));
  }
  return chosen;
}

}  // namespace mega
