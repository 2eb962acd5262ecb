// Python literals: the data that peers of 2014 send and can read back.
//
// Reads any Python 2 or 3 literal; where the two differ, it is read as Python 2 (docs/PROTOCOL.md,
// "Payload text"): dict, list, tuple, set, '..' and ".." with u, b and r prefixes and all escapes,
// triple quotes, adjacent strings that join, integers in bases 2, 8, 10 and 16 with an L suffix or
// underscores, reals, True, False, None, JSON's true, false and null, trailing commas, comments.
// Nothing is ever evaluated.
//
// How strings are read:
//
//   u'..'   \xNN, \ooo, \uNNNN, \UNNNNNNNN are code points; two half surrogates are one
//   '..'    \xNN and \ooo are bytes: text when they are UTF-8 together, else Bytes; \uNNNN is an
//           escape, but stays as it is when no digits follow
//   b'..'   the same, and \uNNNN is no escape
//   r, ur   backslashes stay, in ur'..' but for \uNNNN
//
// set() is the empty set, and set([..]), which Python 2 writes for a set, is read too. Refused:
// \N{..} in text, complex numbers, half surrogates that stand alone and integers of more than 4300
// digits. Keys that are equal in Python but of different kinds (1, 1.0, True) are different here.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

// Maximum nesting of brackets, here and in JSON.
inline constexpr int value_depth_max = 100;

// Maximum number of values in one text, keys counted, here and in JSON: bounds the memory that a
// text of short values takes.
inline constexpr std::size_t value_count_max = 8'000'000;

// Parses all of `text`: one literal with optional white space around it.
// Errors: invalid_argument; the message shows the line with a caret under the place.
Result<Value> parse_python(std::string_view text);

// The arguments between the parentheses of a call: 'x', 3, stat=1.
struct CallArguments {
  List positional;
  std::vector<std::pair<std::string, Value>> named;  // in the order given; a name twice is refused
  friend bool operator==(const CallArguments&, const CallArguments&) = default;
};

// Blank text and "0" mean no arguments.
// Errors: as parse_python.
Result<CallArguments> parse_call_arguments(std::string_view text);

struct PythonStyle {
  // true: bytes above 0x7f as \xNN and Bytes as '..', as Python 2 writes them; false: UTF-8 as it
  // is and Bytes as b'..', which both Pythons read.
  bool ascii = true;
  bool hide_terminator = true;  // EOF in text as E\x4fF, for legacy receivers
};

// Appends the literal to `out`. Cells of rows become text ('stat': '1', 'role': 'None'), times
// 'YYYY-mm-dd HH:MM:SS'. All else is as Python's repr writes it, except: infinity is 1e999, which
// reads back; not-a-number is None; the empty set is set().
void write_python(const Value& value, PythonStyle style, std::string& out);
std::string to_python(const Value& value, PythonStyle style = {});

// "model='backup',stat=1": what parse_call_arguments reads.
std::string to_python(const CallArguments& arguments, PythonStyle style = {});

}  // namespace mega
