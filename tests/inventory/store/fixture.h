// What the tests of the store share: rows and errors as text.
#pragma once

#include "sql/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"
#include "trust/author.h"
#include "value/value.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mega {

inline const Author root{"root", "unix", "uid=0 pid=1", "test", ""};

// A cell as text: what fails shows what it was.
inline std::string text_of(const Value& value) {
  if (value.is_none()) return "None";
  if (const auto* integer = value.as<std::int64_t>()) return std::to_string(*integer);
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* time = value.as<Time>()) return "@" + std::to_string(time->seconds);
  if (const auto* map = value.as<Map>()) {
    std::string out = "{";
    for (const auto& [key, item] : map->entries()) {
      out += (out.size() > 1 ? "," : "") + text_of(key) + "=" + text_of(item);
    }
    return out + "}";
  }
  return std::string(kind_name(value));
}

inline std::string cell(const Row& row, const std::string& column) {
  for (std::size_t i = 0; i < row.columns->size(); ++i) {
    if ((*row.columns)[i] == column) return text_of(row.cells[i]);
  }
  return "no column " + column;
}

// "10.0.0.1 3306 1" for each row: the named columns with blanks between.
inline std::vector<std::string> lines(const Result<Rows>& rows,
                                      const std::vector<std::string>& columns) {
  if (!rows) return {"error: " + rows.error().message};
  std::vector<std::string> out;
  const std::size_t width = rows->columns->size();
  for (std::size_t start = 0; start < rows->cells.size(); start += width) {
    const auto first = rows->cells.begin() + static_cast<std::ptrdiff_t>(start);
    const Row row{rows->columns, List(first, first + static_cast<std::ptrdiff_t>(width))};
    std::string line;
    for (const auto& column : columns) line += (line.empty() ? "" : " ") + cell(row, column);
    out.push_back(line);
  }
  return out;
}

// The error's text, or what went right by mistake.
template <class T>
std::string error_of(const Result<T>& result) {
  return result ? "no error"
                : std::string(kind(result.error().code)) + ": " + result.error().message;
}

}  // namespace mega
