// RowCollector: collects the rows of a list, and passes them on in parts when they are many.
#pragma once

#include "sql/connection.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <span>
#include <utility>

namespace mega {

class RowCollector {
 public:
  // Collects at most `rows_max` rows.
  RowCollector(const Columns& columns, std::int64_t rows_max, const RowParts& parts)
      : rows_{columns, {}}, rows_left_(rows_max), parts_(parts) {}

  // Where the next row's cells are appended, before add() or drop().
  List& cells() { return rows_.cells; }
  std::span<const Value> latest() const { return std::span(rows_.cells).last(width()); }
  Result<void> add();
  void drop() { rows_.cells.resize(rows_.cells.size() - width()); }
  bool full() const { return rows_left_ <= 0; }
  // The rows not yet passed on as a part.
  Rows take() { return std::move(rows_); }

 private:
  std::size_t width() const { return rows_.columns->size(); }

  Rows rows_;
  std::int64_t rows_left_;
  std::size_t bytes_ = 0;  // of the text in rows_
  const RowParts& parts_;
};

// A list with online rows first, in two walks, so that no row has to be buffered. `walk` collects
// the rows of one stat. Requires: a transaction, so that both walks see the same rows.
template <class Walk>
Result<Rows> online_first(State state, RowCollector rows, const Walk& walk) {
  for (const std::int64_t stat : {1, 0}) {
    const State other = stat == 1 ? State::offline : State::online;
    if (state == other) continue;
    if (auto walked = walk(stat, rows); !walked) return fail(walked.error());
  }
  return rows.take();
}

}  // namespace mega
