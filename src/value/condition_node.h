// The parsed form of a condition: built by condition_parser.cc, evaluated by condition.cc.
#pragma once

#include "value/compare.h"
#include "value/condition.h"

#include <optional>
#include <string>
#include <vector>

namespace mega {

enum class Comparison { equal, less, less_or_equal, greater, greater_or_equal, contains, present };

inline bool is_order(Comparison comparison) {
  return comparison >= Comparison::less && comparison <= Comparison::greater_or_equal;
}

// A value as it was typed, and as the kind of its field interprets it.
struct Wanted {
  std::string text;
  bool wildcards = false;               // * and ? are wildcards
  std::optional<std::int64_t> integer;  // of a number
  Time from, to;                        // of a time: the first second and the one after the last
  std::optional<Network> network;       // of an address
};

struct Test {
  FieldKind kind = FieldKind::text;
  std::size_t cell = 0;
  std::string tag;  // of kind tags
  Comparison comparison = Comparison::equal;
  std::vector<Wanted> values;  // one, or several of which one must match; none for `present`
};

struct Condition::Node {
  enum class Kind { everything, all_of, any_of, not_, test };
  Kind kind = Kind::everything;
  std::vector<Node> parts{};
  Test test{};
};

}  // namespace mega
