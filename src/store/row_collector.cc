#include "store/row_collector.h"

namespace mega {

Result<void> RowCollector::add() {
  --rows_left_;
  if (rows_.cells.size() < parts_.cells_max) return {};
  Rows part{rows_.columns, std::exchange(rows_.cells, {})};
  rows_.cells.reserve(parts_.cells_max + width());
  return parts_.take(std::move(part));
}

}  // namespace mega
