// Conditions: a query language to select rows, typed by a DBA.
//
//   role=slave and version~10.11 and cluster=orders
//   not (stat=offline or tag.env in (test, dev)) and ip=10.1.0.0/16
//
//   condition := and-part { "or" and-part }
//   and-part  := not-part { "and" not-part }
//   not-part  := "not" not-part | "(" condition ")" | test
//   test      := FIELD operator VALUE | FIELD ["not"] "in" "(" VALUE { "," VALUE } ")" | tag.NAME
//   operator  := = | == | != | < | <= | > | >= | ~ | !~
//
// A VALUE is a word, or quoted with '...' or "...", where \ escapes the next character. The meaning
// of the operators depends on the field:
//
//   numbers   by value; role and stat also by name (master, slave, single; online, offline)
//   text      = exactly, or with * and ? as wildcards when not quoted; ~ contains, ignoring case;
//             < and > by bytes
//   address   as text; = also takes a network: 10.1.0.0/16; < and > by bytes, IPv4 before IPv6:
//             10.0.0.2 < 10.0.0.11
//   version   by numbers: 10.9 < 10.11; ~10.11 takes 10.11 and 10.11.6, not 10.1 or 110.11; a
//             suffix (-MariaDB-log) counts only when the value has letters
//   time      2024-05-01 means that whole day, 2024-05-01T10:00 that minute
//   tag.NAME  alone: has that tag; < and > by value when both are numbers
//
// A cell that is None equals '' and is neither smaller nor larger than any value; != and !~ are the
// opposite of = and ~. Blank text selects every row. Pure: uses no database.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

// How the cells of a field are read, and how conditions compare them.
enum class FieldKind { number, text, address, version, time, tags };

// A field that conditions may name, and the place of its cell in a row. A field of kind tags holds
// a Map of text and is named as tag.NAME.
struct ConditionField {
  std::string name;
  FieldKind kind = FieldKind::text;
  std::size_t cell = 0;
  std::vector<std::pair<std::string, std::int64_t>> symbols{};  // of a number: ("master", 1)
};

inline constexpr std::size_t condition_bytes_max = 64 << 10;
inline constexpr int condition_depth_max = 100;

class Condition {
 public:
  // Errors: invalid_argument; the message shows the line with a caret under the place, and for an
  // unknown field or symbol the closest known one.
  static Result<Condition> parse(std::string_view text, std::span<const ConditionField> fields);

  // Requires: `cells` is a row as the fields of parse() describe it. Thread-safe.
  bool matches(std::span<const Value> cells) const;

  struct Node;

 private:
  explicit Condition(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;
};

}  // namespace mega
