// Value: the data of arguments and replies, independent of the dialect that carries them.
//
//   none  bool  integer (64 bits; wider ones as digits)  real  text (UTF-8)  bytes  time
//   list  tuple  set  map (any key, order kept)  row and rows (column names once, flat cells)
//
// Large replies are Rows: 10,000 instances as maps of values cost three times the time and memory.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mega {

class Value;
struct MapEntry;
using List = std::vector<Value>;

struct Tuple {
  List items;
  friend bool operator==(const Tuple&, const Tuple&);
};

struct Set {
  List items;  // in the order read; equal only in the same order
  friend bool operator==(const Set&, const Set&);
};

// Data that is not text: carried as b'..' by Python and {"base64": ".."} by JSON.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

// An integer that does not fit in 64 bits, kept exactly: an optional '-' and decimal digits without
// leading zeros.
struct Digits {
  std::string text;
  friend bool operator==(const Digits&, const Digits&) = default;
};

// Keys of any kind, in the order given; a repeated key replaces the value of the first.
class Map {
 public:
  using Entry = MapEntry;

  Map();
  Map(std::initializer_list<Entry> entries);
  ~Map();
  Map(const Map&);
  Map(Map&&) noexcept;
  Map& operator=(const Map&);
  Map& operator=(Map&&) noexcept;

  // Same result as set() for each entry in turn, which would be quadratic for many.
  static Map from_entries(std::vector<Entry> entries);

  // Linear in size(): for maps of a few dozen entries.
  void set(Value key, Value value);
  // nullptr: unknown key. Valid until the map changes.
  const Value* find(std::string_view key) const;
  const Value* find(const Value& key) const;
  Value* find(std::string_view key);  // to change or move out of

  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const;
  std::size_t size() const;
  friend bool operator==(const Map&, const Map&);

 private:
  std::vector<Entry> entries_;
};

using Columns = std::shared_ptr<const std::vector<std::string>>;

// One record. On the legacy dialect a dict whose values are all text; in JSON an object with their
// types.
struct Row {
  Columns columns;
  List cells;  // one for each column
  friend bool operator==(const Row&, const Row&);
};

// Records of one kind: cells row after row, columns->size() of them each.
struct Rows {
  Columns columns;
  List cells;

  std::size_t size() const;
  friend bool operator==(const Rows&, const Rows&);
};

class Value {
 public:
  using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, Digits,
                            Time, List, Tuple, Set, Map, Row, Rows>;

  // Constructors, assignments and the destructor are defined in value.cc: inline, each use costs
  // some milliseconds of compile time, and g++ 12 at -O3 reports bounds that are not there.
  Value();
  ~Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;

  Value(std::nullptr_t);
  template <class T>
  requires std::is_arithmetic_v<T> Value(T number) : Value(widened(number)) {}
  Value(const char* text);
  Value(std::string_view text);
  Value(const std::string& text);
  Value(std::string&& text);
  Value(Bytes bytes);
  Value(Digits digits);
  Value(Time time);
  Value(const List& items);
  Value(List&& items);
  Value(Tuple tuple);
  Value(Set set);
  Value(Map map);
  Value(Row row);
  Value(Rows rows);

  template <class T>
  bool is() const {
    return std::holds_alternative<T>(data);
  }
  bool is_none() const { return data.index() == 0; }
  // nullptr: the value is of another kind.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&data);
  }

  friend bool operator==(const Value&, const Value&);

  Data data;

 private:
  struct Flag {
    bool value;
  };
  struct Integer {
    std::int64_t value;
  };
  struct Real {
    double value;
  };
  explicit Value(Flag flag);
  explicit Value(Integer integer);
  explicit Value(Real real);

  template <class T>
  static auto widened(T number) {
    if constexpr (std::is_same_v<T, bool>) {
      return Flag{number};
    } else if constexpr (std::is_integral_v<T>) {
      return Integer{static_cast<std::int64_t>(number)};
    } else {
      return Real{static_cast<double>(number)};
    }
  }
};

// Not a std::pair, whose constructors are templates, instantiated for each pair of types in a
// literal.
struct MapEntry {
  Value first;  // the key
  Value second;
  friend bool operator==(const MapEntry&, const MapEntry&) = default;
};

// The items without those that are equal to an earlier one; for sets.
List distinct(List items);

// "integer", "text", "map", ...: for error messages.
std::string_view kind_name(const Value& value);

}  // namespace mega
