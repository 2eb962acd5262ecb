// Writes YAML that versions 1.1 and 1.2 of the format read back as the same data.
//
// Text that either version would read as another type (no, 1.10, 2014-07-31, ~) is quoted, text of
// several lines is a block, bytes are !!binary. Tuples and sets are lists, times ISO 8601 text,
// rows lists of maps.
#pragma once

#include "value/value.h"

#include <string>

namespace mega {

// Appends a document of block style, with its last line break.
void write_yaml(const Value& value, std::string& out);
std::string to_yaml(const Value& value);

}  // namespace mega
