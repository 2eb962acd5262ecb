// A Value as rows and columns, for tables and CSV.
//
//   rows, list of maps    their columns; of maps all keys, in the order in which they first come
//   row, map              one row
//   list of lists         as many columns as the longest has, named 1, 2, ...
//   any other list        one column, named value
//   a scalar              one row with that column
#pragma once

#include "value/value.h"

#include <string>
#include <vector>

namespace mega {

struct Grid {
  std::vector<std::string> columns;
  // Row by row; nullptr: the row has no such cell. The pointers are valid as long as the value
  // given.
  std::vector<const Value*> cells;

  std::size_t rows() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
};

// Requires: `value` outlives the grid.
Grid grid_of(const Value& value);

// One cell as text: text and bytes as they are, times local, None as nothing, lists and maps as
// JSON.
std::string cell_text(const Value& cell);

}  // namespace mega
