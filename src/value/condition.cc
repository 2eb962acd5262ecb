#include "value/condition.h"

#include "base/text.h"
#include "value/condition_node.h"

#include <algorithm>
#include <compare>

namespace mega {
namespace {

bool holds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::less:
      return std::is_lt(order);
    case Comparison::less_or_equal:
      return std::is_lteq(order);
    case Comparison::greater:
      return std::is_gt(order);
    case Comparison::greater_or_equal:
      return std::is_gteq(order);
    default:
      return std::is_eq(order);
  }
}

bool test_text(std::string_view text, Comparison comparison, const Wanted& wanted) {
  if (comparison == Comparison::contains) return contains_ignoring_case(text, wanted.text);
  if (comparison == Comparison::equal && wanted.wildcards) {
    return matches_wildcards(wanted.text, text);
  }
  return holds(comparison, text.compare(wanted.text) <=> 0);
}

bool test_address(std::string_view text, Comparison comparison, const Wanted& wanted) {
  if (comparison == Comparison::equal && wanted.network) return wanted.network->holds(text);
  if (is_order(comparison)) {
    const auto order = compare_addresses(text, wanted.text);
    return order && holds(comparison, *order);
  }
  return test_text(text, comparison, wanted);
}

bool test_version(std::string_view text, Comparison comparison, const Wanted& wanted) {
  const bool plain = is_plain_version(wanted.text);
  if (comparison == Comparison::contains) {
    return plain ? version_begins_with(text, wanted.text)
                 : contains_ignoring_case(text, wanted.text);
  }
  if (comparison == Comparison::equal && !plain) {
    return wanted.wildcards ? matches_wildcards(wanted.text, text)
                            : to_lower(text) == to_lower(wanted.text);
  }
  const auto order = compare_versions(text, wanted.text);
  return order && holds(comparison, *order);
}

// A tag's value has no declared kind: two numbers are compared as numbers, all else as text.
bool test_tag(std::string_view text, Comparison comparison, const Wanted& wanted) {
  const auto left = parse_integer(text), right = parse_integer(wanted.text);
  if (left && right && comparison != Comparison::contains)
    return holds(comparison, *left <=> *right);
  return test_text(text, comparison, wanted);
}

bool test_time(Time time, Comparison comparison, const Wanted& wanted) {
  switch (comparison) {
    case Comparison::less:
      return time < wanted.from;
    case Comparison::less_or_equal:
      return time < wanted.to;
    case Comparison::greater:
      return time >= wanted.to;
    case Comparison::greater_or_equal:
      return time >= wanted.from;
    case Comparison::contains:
      return format_local(time).find(wanted.text) != std::string::npos;
    default:
      return time >= wanted.from && time < wanted.to;
  }
}

bool test_number(std::int64_t number, Comparison comparison, const Wanted& wanted) {
  if (comparison == Comparison::contains) {
    return std::to_string(number).find(wanted.text) != std::string::npos;
  }
  return wanted.integer && holds(comparison, number <=> *wanted.integer);
}

bool test_one(const Value& cell, const Test& test, const Wanted& wanted) {
  if (const auto* time = cell.as<Time>()) return test_time(*time, test.comparison, wanted);
  if (const auto* number = cell.as<std::int64_t>()) {
    return test_number(*number, test.comparison, wanted);
  }
  const auto* text = cell.as<std::string>();
  if (!text) return test.comparison == Comparison::equal && wanted.text.empty();
  switch (test.kind) {
    case FieldKind::address:
      return test_address(*text, test.comparison, wanted);
    case FieldKind::version:
      return test_version(*text, test.comparison, wanted);
    case FieldKind::tags:
      return test_tag(*text, test.comparison, wanted);
    default:
      return test_text(*text, test.comparison, wanted);
  }
}

bool matches(const Test& test, std::span<const Value> cells) {
  const Value* cell = &cells[test.cell];
  if (test.kind == FieldKind::tags) {
    const auto* tags = cell->as<Map>();
    cell = tags ? tags->find(std::string_view(test.tag)) : nullptr;
    if (!cell || test.comparison == Comparison::present) return cell != nullptr;
  }
  return std::ranges::any_of(test.values,
                             [&](const Wanted& wanted) { return test_one(*cell, test, wanted); });
}

bool matches(const Condition::Node& node, std::span<const Value> cells) {
  const auto part = [&](const Condition::Node& inner) { return matches(inner, cells); };
  switch (node.kind) {
    case Condition::Node::Kind::all_of:
      return std::ranges::all_of(node.parts, part);
    case Condition::Node::Kind::any_of:
      return std::ranges::any_of(node.parts, part);
    case Condition::Node::Kind::not_:
      return !part(node.parts.front());
    case Condition::Node::Kind::test:
      return matches(node.test, cells);
    default:
      return true;
  }
}

}  // namespace

bool Condition::matches(std::span<const Value> cells) const { return mega::matches(*root_, cells); }

}  // namespace mega
