// One row of the store's Rows, read by column name. Requires: the Rows outlive it.
#pragma once

#include "base/clock.h"
#include "value/value.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

class RowView {
 public:
  RowView(const Rows& rows, std::size_t row) : rows_(rows), row_(row) {}

  std::string text(std::string_view column) const {
    const auto* text = cell(column).as<std::string>();
    return text ? *text : "";
  }
  std::int64_t number(std::string_view column) const {
    const Value& value = cell(column);
    if (const auto* time = value.as<Time>()) return time->seconds;
    const auto* number = value.as<std::int64_t>();
    return number ? *number : 0;
  }

 private:
  const Value& cell(std::string_view column) const {
    static const Value none;
    const auto& columns = *rows_.columns;
    const auto at = static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin());
    return at == columns.size() ? none : rows_.cells[row_ * columns.size() + at];
  }

  const Rows& rows_;
  const std::size_t row_;
};

template <class Use>
void for_each_row(const Rows& rows, Use use) {
  for (std::size_t i = 0; i < rows.size(); ++i) use(RowView(rows, i));
}

}  // namespace mega
