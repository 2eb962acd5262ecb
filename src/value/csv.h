// Reads and writes CSV (RFC 4180): a header line, then a line for each row.
//
// Written are LF, for shells and their tools, and commas. None is an empty field, empty text is "".
// Text that a spreadsheet would run as a formula (-1+1, =cmd|..., @SUM) has an apostrophe in front,
// and text that looks as if it had one gets another: reading takes one away.
//
// Read are the files of spreadsheets, too: LF or CR LF; commas, semicolons or tabs, whichever the
// header has first or a line "sep=;" in front of it names; rows and unnamed columns of empty fields
// are skipped. Text that is not UTF-8 is written and read as the bytes that it is.
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

// Skips a byte order mark at the start.
// Errors: invalid_argument naming the line: no header, a column twice, a field with text in a column
// without a name or behind the last, fewer fields than columns, a quote out of place or not closed,
// a stray CR.
Result<Csv> parse_csv(std::string_view text);

}  // namespace mega
