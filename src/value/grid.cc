#include "value/grid.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "value/json.h"
#include "value/python.h"

namespace mega {
namespace {

const List* items_of(const Value& value) {
  if (const auto* list = value.as<List>()) return list;
  if (const auto* tuple = value.as<Tuple>()) return &tuple->items;
  if (const auto* set = value.as<Set>()) return &set->items;
  return nullptr;
}

// Column names and their indexes, in the order of first occurrence.
class Header {
 public:
  std::size_t place_of(const Value& key) {
    std::string name = cell_text(key);
    const auto [known, added] = places_.try_emplace(name, names.size());
    if (added) names.push_back(std::move(name));
    return known->second;
  }
  std::vector<std::string> names;

 private:
  std::unordered_map<std::string, std::size_t> places_;
};

Grid grid_of_maps(const std::vector<const Map*>& maps) {
  Header header;
  std::vector<std::vector<std::size_t>> places(maps.size());
  for (std::size_t row = 0; row < maps.size(); ++row) {
    for (const auto& [key, value] : maps[row]->entries()) {
      places[row].push_back(header.place_of(key));
    }
  }
  Grid grid{std::move(header.names), {}};
  grid.cells.resize(grid.columns.size() * maps.size());
  for (std::size_t row = 0; row < maps.size(); ++row) {
    for (std::size_t i = 0; i < places[row].size(); ++i) {
      grid.cells[row * grid.columns.size() + places[row][i]] = &maps[row]->entries()[i].second;
    }
  }
  return grid;
}

Grid grid_of_lists(const List& rows) {
  std::size_t width = 0;
  for (const Value& row : rows) width = std::max(width, items_of(row)->size());
  Grid grid;
  for (std::size_t i = 1; i <= width; ++i) grid.columns.push_back(fmt::format("{}", i));
  grid.cells.resize(width * rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const List& items = *items_of(rows[row]);
    for (std::size_t i = 0; i < items.size(); ++i) grid.cells[row * width + i] = &items[i];
  }
  return grid;
}

Grid grid_of_cells(const std::vector<std::string>& columns, const List& cells) {
  Grid grid{columns, {}};
  grid.cells.reserve(cells.size());
  for (const Value& cell : cells) grid.cells.push_back(&cell);
  return grid;
}

Grid grid_of_items(const List& items) {
  if (items.empty()) return {};
  if (std::ranges::all_of(items, [](const Value& item) { return item.is<Map>(); })) {
    std::vector<const Map*> maps;
    for (const Value& item : items) maps.push_back(item.as<Map>());
    return grid_of_maps(maps);
  }
  if (std::ranges::all_of(items, [](const Value& item) { return items_of(item) != nullptr; })) {
    return grid_of_lists(items);
  }
  return grid_of_cells({"value"}, items);
}

}  // namespace

Grid grid_of(const Value& value) {
  if (const auto* rows = value.as<Rows>()) return grid_of_cells(*rows->columns, rows->cells);
  if (const auto* row = value.as<Row>()) return grid_of_cells(*row->columns, row->cells);
  if (const auto* map = value.as<Map>()) return grid_of_maps({map});
  if (const auto* items = items_of(value)) return grid_of_items(*items);
  return {{"value"}, {&value}};
}

std::string cell_text(const Value& cell) {
  if (const auto* text = cell.as<std::string>()) return *text;
  if (const auto* time = cell.as<Time>()) return format_local(*time);
  if (const auto* bytes = cell.as<Bytes>()) return bytes->data;
  if (cell.is_none()) return "";
  const bool nested = items_of(cell) || cell.is<Map>() || cell.is<Row>() || cell.is<Rows>();
  return nested ? to_json(cell) : to_python(cell);
}

}  // namespace mega
