// Reads and writes CSV (RFC 4180): a header line, then a line for each row.
//
// Lines are written with LF, for shells and their tools; both LF and CR LF are read. None is an
// empty field, empty text is "".
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Appends the rows of grid_of(value).
void write_csv(const Value& value, std::string& out);
std::string to_csv(const Value& value);

struct CsvRecord {
  std::size_t line;                 // of the file, from 1, where it starts
  std::vector<std::string> fields;  // one for each column
};

struct Csv {
  std::vector<std::string> columns;  // names, without blanks around them
  std::vector<CsvRecord> records;
};

// Skips a byte order mark at the start and empty lines.
// Errors: invalid_argument naming the line: no header, a column without a name or twice, more or
// fewer fields than columns, a quote out of place or not closed, a stray CR, text that is no UTF-8.
Result<Csv> parse_csv(std::string_view text);

}  // namespace mega
