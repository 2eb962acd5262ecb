#include "sql/row_collector.h"

namespace mega {

Result<void> RowCollector::add() {
  --rows_left_;
  for (const Value& cell : latest()) {
    if (const auto* text = cell.as<std::string>()) bytes_ += text->size();
  }
  if (rows_.cells.size() < parts_.cells_max && bytes_ < parts_.bytes_max) return {};
  bytes_ = 0;
  Rows part{rows_.columns, std::exchange(rows_.cells, {})};
  rows_.cells.reserve(parts_.cells_max + width());
  return parts_.take(std::move(part));
}

}  // namespace mega
