// Tables for terminals: aligned columns with their names above.
//
//   id  name   stat        Rows and lists as grid_of shows them; numbers to the right,
//    1  alpha     1        None as -, control bytes escaped, so that a row is a line.
//   12  -         0
//
//   name  alpha            One row or map: a line for each of its columns.
//   stat  1
//
// A scalar prints itself, also None. An empty list prints nothing, Rows without rows their header.
#pragma once

#include "value/value.h"

#include <string>

namespace mega {

// Appends the table, each line with its line break. `colour`: names in bold.
void write_table(const Value& value, bool colour, std::string& out);
std::string to_table(const Value& value, bool colour = false);

}  // namespace mega
