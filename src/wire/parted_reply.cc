#include "wire/parted_reply.h"

#include "value/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mega {
namespace {

std::size_t rows_of_a_part(const Rows& rows) {
  return std::max<std::size_t>(part_cells_max / std::max<std::size_t>(rows.columns->size(), 1), 1);
}

}  // namespace

std::string part_of_reply(std::int64_t id, const Value& rows, More more) {
  std::string payload = fmt::format(R"({{"ID":{},{},"RESULT":)", id,
                                    more == More::none ? R"("CODE":0)" : R"("MORE":true)");
  write_json(rows, payload);
  payload += '}';
  return payload;
}

bool PartedReply::is_for(const Value& result) {
  const auto* rows = result.as<Rows>();
  return rows && rows->size() > rows_of_a_part(*rows);
}

PartedReply::PartedReply(std::int64_t id, Value result) : id_(id), result_(std::move(result)) {}

std::optional<std::string> PartedReply::next() {
  if (done_) return std::nullopt;
  Rows& rows = *result_.as<Rows>();
  const std::size_t end = std::min(row_ + rows_of_a_part(rows), rows.size());
  done_ = end == rows.size();

  const std::size_t width = rows.columns->size();
  const auto cell = [&](std::size_t row) {
    return rows.cells.begin() + static_cast<std::ptrdiff_t>(row * width);
  };
  Rows part{rows.columns,
            List(std::make_move_iterator(cell(row_)), std::make_move_iterator(cell(end)))};
  row_ = end;
  return part_of_reply(id_, Value(std::move(part)), done_ ? More::none : More::follows);
}

}  // namespace mega
