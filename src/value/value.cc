#include "value/value.h"

#include <algorithm>
#include <compare>
#include <numeric>
#include <utility>

namespace mega {
namespace {

// An arbitrary order in which equal values are neighbours. Three-way, so that each pair of parts is
// compared once: two calls of "less" would double the work with each level of nesting.
std::strong_ordering order(const Value& a, const Value& b);

std::strong_ordering order(const List& a, const List& b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (const auto found = order(a[i], b[i]); found != 0) return found;
  }
  return a.size() <=> b.size();
}

std::strong_ordering order(const std::vector<Map::Entry>& a, const std::vector<Map::Entry>& b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (const auto found = order(a[i].first, b[i].first); found != 0) return found;
    if (const auto found = order(a[i].second, b[i].second); found != 0) return found;
  }
  return a.size() <=> b.size();
}

template <class T>
std::strong_ordering order_of_kind(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, std::monostate>) {
    return std::strong_ordering::equal;
  } else if constexpr (std::is_same_v<T, double>) {
    const auto zero_without_sign = [](double x) { return x == 0 ? 0.0 : x; };
    return std::strong_order(zero_without_sign(a), zero_without_sign(b));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return a.data <=> b.data;
  } else if constexpr (std::is_same_v<T, Digits>) {
    return a.text <=> b.text;
  } else if constexpr (std::is_same_v<T, Time>) {
    return a.seconds <=> b.seconds;
  } else if constexpr (std::is_same_v<T, List>) {
    return order(a, b);
  } else if constexpr (std::is_same_v<T, Tuple> || std::is_same_v<T, Set>) {
    return order(a.items, b.items);
  } else if constexpr (std::is_same_v<T, Map>) {
    return order(a.entries(), b.entries());
  } else if constexpr (std::is_same_v<T, Row> || std::is_same_v<T, Rows>) {
    const auto columns = *a.columns <=> *b.columns;
    return columns != 0 ? columns : order(a.cells, b.cells);
  } else {
    return a <=> b;
  }
}

std::strong_ordering order(const Value& a, const Value& b) {
  if (a.data.index() != b.data.index()) return a.data.index() <=> b.data.index();
  return std::visit(
      [&b](const auto& x) { return order_of_kind(x, std::get<std::decay_t<decltype(x)>>(b.data)); },
      a.data);
}

// For each index below `count` the first index whose key is equal.
template <class KeyAt>
std::vector<std::size_t> first_places(std::size_t count, KeyAt key_at) {
  std::vector<std::size_t> places(count), first(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::stable_sort(
      places, [&](std::size_t a, std::size_t b) { return order(key_at(a), key_at(b)) < 0; });
  for (std::size_t i = 0; i < count; ++i) {
    const bool again = i > 0 && key_at(places[i - 1]) == key_at(places[i]);
    first[places[i]] = again ? first[places[i - 1]] : places[i];
  }
  return first;
}

// True for nearly all maps: fields under a dozen or two names, each once.
bool are_few_and_distinct(const std::vector<Map::Entry>& entries) {
  constexpr std::size_t few = 32;
  if (entries.size() > few) return false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto* name = entries[i].first.as<std::string>();
    for (std::size_t j = 0; j < i; ++j) {
      const auto* other = entries[j].first.as<std::string>();
      if (name && other ? *name == *other : entries[i].first == entries[j].first) return false;
    }
  }
  return true;
}

}  // namespace

Value::Value() = default;
Value::~Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;

Value::Value(std::nullptr_t) {}
Value::Value(Flag flag) : data(std::in_place_type<bool>, flag.value) {}
Value::Value(Integer integer) : data(std::in_place_type<std::int64_t>, integer.value) {}
Value::Value(Real real) : data(std::in_place_type<double>, real.value) {}
Value::Value(const char* text) : data(std::in_place_type<std::string>, text) {}
Value::Value(std::string_view text) : data(std::in_place_type<std::string>, text) {}
Value::Value(const std::string& text) : data(std::in_place_type<std::string>, text) {}
Value::Value(std::string&& text) : data(std::in_place_type<std::string>, std::move(text)) {}
Value::Value(Bytes bytes) : data(std::in_place_type<Bytes>, std::move(bytes)) {}
Value::Value(Digits digits) : data(std::in_place_type<Digits>, std::move(digits)) {}
Value::Value(Time time) : data(std::in_place_type<Time>, time) {}
Value::Value(const List& items) : data(std::in_place_type<List>, items) {}
Value::Value(List&& items) : data(std::in_place_type<List>, std::move(items)) {}
Value::Value(Tuple tuple) : data(std::in_place_type<Tuple>, std::move(tuple)) {}
Value::Value(Set set) : data(std::in_place_type<Set>, std::move(set)) {}
Value::Value(Map map) : data(std::in_place_type<Map>, std::move(map)) {}
Value::Value(Row row) : data(std::in_place_type<Row>, std::move(row)) {}
Value::Value(Rows rows) : data(std::in_place_type<Rows>, std::move(rows)) {}

bool operator==(const Value& a, const Value& b) { return a.data == b.data; }

Map::Map() = default;
Map::Map(std::initializer_list<Entry> entries) {
  for (const Entry& entry : entries) set(entry.first, entry.second);
}
Map::~Map() = default;
Map::Map(const Map&) = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(const Map&) = default;
Map& Map::operator=(Map&&) noexcept = default;

Map Map::from_entries(std::vector<Entry> entries) {
  Map map;
  if (are_few_and_distinct(entries)) {
    map.entries_ = std::move(entries);
    return map;
  }
  const auto key_at = [&entries](std::size_t i) -> const Value& { return entries[i].first; };
  const auto first = first_places(entries.size(), key_at);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (first[i] != i) entries[first[i]].second = std::move(entries[i].second);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (first[i] != i) continue;
    if (kept != i) entries[kept] = std::move(entries[i]);
    ++kept;
  }
  entries.resize(kept);
  map.entries_ = std::move(entries);
  return map;
}

List distinct(List items) {
  const auto item_at = [&items](std::size_t i) -> const Value& { return items[i]; };
  const auto first = first_places(items.size(), item_at);
  List kept;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (first[i] == i) kept.push_back(std::move(items[i]));
  }
  return kept;
}

void Map::set(Value key, Value value) {
  for (Entry& entry : entries_) {
    if (entry.first == key) {
      entry.second = std::move(value);
      return;
    }
  }
  entries_.push_back({std::move(key), std::move(value)});
}

const Value* Map::find(std::string_view key) const {
  for (const Entry& entry : entries_) {
    const auto* text = entry.first.as<std::string>();
    if (text && *text == key) return &entry.second;
  }
  return nullptr;
}

Value* Map::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

const Value* Map::find(const Value& key) const {
  for (const Entry& entry : entries_) {
    if (entry.first == key) return &entry.second;
  }
  return nullptr;
}

bool Map::empty() const { return entries_.empty(); }
std::size_t Map::size() const { return entries_.size(); }

bool operator==(const Map& a, const Map& b) { return a.entries_ == b.entries_; }
bool operator==(const Tuple& a, const Tuple& b) { return a.items == b.items; }
bool operator==(const Set& a, const Set& b) { return a.items == b.items; }
bool operator==(const Row& a, const Row& b) {
  return *a.columns == *b.columns && a.cells == b.cells;
}
bool operator==(const Rows& a, const Rows& b) {
  return *a.columns == *b.columns && a.cells == b.cells;
}

std::size_t Rows::size() const { return columns->empty() ? 0 : cells.size() / columns->size(); }

std::string_view kind_name(const Value& value) {
  static constexpr std::string_view names[] = {"none",  "bool",    "integer", "real", "text",
                                               "bytes", "integer", "time",    "list", "tuple",
                                               "set",   "map",     "row",     "rows"};
  static_assert(std::size(names) == std::variant_size_v<Value::Data>);
  return names[value.data.index()];
}

}  // namespace mega
