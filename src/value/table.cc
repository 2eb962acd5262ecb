#include "value/table.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "value/grid.h"
#include "value/python.h"

namespace mega {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view plain = "\x1b[0m";

bool is_number(const Value& value) {
  return value.is<std::int64_t>() || value.is<double>() || value.is<Digits>();
}

std::string shown(const Value* cell) {
  return cell && !cell->is_none() ? one_line(cell_text(*cell)) : "-";
}

struct Column {
  std::size_t width;
  bool to_the_right;
};

// Appends `text` in its column; the last column of a line is not padded on its right.
void write_in_column(std::string_view text, std::string_view before, std::string_view behind,
                     Column column, bool last, std::string& out) {
  const std::size_t blanks = column.width - std::min(column.width, display_width(text));
  if (column.to_the_right) out.append(blanks, ' ');
  out += before;
  out += text;
  out += behind;
  if (last) return;
  if (!column.to_the_right) out.append(blanks, ' ');
  out += gap;
}

void write_name(std::string_view name, bool colour, Column column, bool last, std::string& out) {
  const std::string text = one_line(name);
  write_in_column(text, colour ? bold : "", colour ? plain : "", column, last, out);
}

void write_rows(const Grid& grid, bool colour, std::string& out) {
  const std::size_t width = grid.columns.size();
  if (width == 0) return;
  std::vector<std::string> texts;
  texts.reserve(grid.cells.size());
  for (const Value* cell : grid.cells) texts.push_back(shown(cell));

  std::vector<Column> columns;
  for (std::size_t i = 0; i < width; ++i) {
    Column& column = columns.emplace_back(Column{display_width(one_line(grid.columns[i])), false});
    bool numbers = false, others = false;
    for (std::size_t at = i; at < texts.size(); at += width) {
      column.width = std::max(column.width, display_width(texts[at]));
      const Value* cell = grid.cells[at];
      if (cell && !cell->is_none()) (is_number(*cell) ? numbers : others) = true;
    }
    column.to_the_right = numbers && !others;
  }

  for (std::size_t i = 0; i < width; ++i) {
    write_name(grid.columns[i], colour, columns[i], i + 1 == width, out);
  }
  out += '\n';
  for (std::size_t at = 0; at < texts.size(); ++at) {
    const bool last = (at + 1) % width == 0;
    write_in_column(texts[at], "", "", columns[at % width], last, out);
    if (last) out += '\n';
  }
}

void write_record(const Grid& grid, bool colour, std::string& out) {
  Column names{0, false};
  for (const auto& name : grid.columns) {
    names.width = std::max(names.width, display_width(one_line(name)));
  }
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    write_name(grid.columns[i], colour, names, false, out);
    out += shown(grid.cells[i]);
    out += '\n';
  }
}

bool is_scalar(const Value& value) {
  return !value.is<List>() && !value.is<Tuple>() && !value.is<Set>() && !value.is<Rows>();
}

}  // namespace

void write_table(const Value& value, bool colour, std::string& out) {
  if (value.is<Row>() || value.is<Map>()) return write_record(grid_of(value), colour, out);
  if (!is_scalar(value)) return write_rows(grid_of(value), colour, out);
  out += value.is_none() ? "None" : cell_text(value);
  out += '\n';
}

std::string to_table(const Value& value, bool colour) {
  std::string out;
  write_table(value, colour, out);
  return out;
}

}  // namespace mega
