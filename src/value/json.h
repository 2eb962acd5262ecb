// Reads and writes JSON: our own dialect, `-o json`, files.
//
// Text that is not UTF-8 is written as {"base64": "..."}; a map with that one key is read back as
// Bytes when its value is base64. Tuples and sets become arrays, times ISO 8601 text with offset,
// rows arrays of objects. Integers of any width are written, and read exactly up to the range of a
// double (308 digits); every number beyond it is refused. Infinity and not-a-number, which JSON
// lacks, are null.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <string>
#include <string_view>

namespace mega {

// Parses all of `text`: one JSON value with optional white space around it.
// Errors: invalid_argument with a caret under the place, for malformed text, nesting beyond
// value_depth_max, more than value_count_max values, text that is no UTF-8, half surrogates. (A
// name that is repeated in an object replaces the value of the first.)
Result<Value> parse_json(std::string_view text);

// Appends to `out`, without white space. Keys that are no text are written as their Python literal.
void write_json(const Value& value, std::string& out);
std::string to_json(const Value& value);

// For people: indented by two; rows, and objects in arrays that hold nothing nested, take one line
// each. No line break at the end.
std::string to_pretty_json(const Value& value);

}  // namespace mega
