// CSV, both ways (RFC 4180): a header line, then a line for each row.
//
// Written with LF at the end of lines, because shells and their tools read what we write; both LF
// and CR LF are read. None is an empty field, empty text is "".
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Appends what grid_of(value) shows.
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

// A byte order mark at the start and empty lines are passed over.
// Errors: invalid_argument naming the line: no header, a column without a name or twice, more or
// fewer fields than columns, a quote out of place or not closed, a stray CR, text that is no UTF-8.
Result<Csv> parse_csv(std::string_view text);

}  // namespace mega
