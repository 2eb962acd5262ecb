// Converts records to maps and back; one list of fields serves both:
//
//   template <class Fields, class Record>
//   void visit(Fields& fields, Record& record) {
//     fields("id", record.id);
//     fields("nice", record.nice);
//   }
//
// A field that has its default (empty, 0, none, false) is not written; an absent field keeps its
// default; unknown names are ignored. Text that is no UTF-8 comes back from JSON as Bytes and is
// read as text.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "value/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class FieldWriter {
 public:
  void operator()(std::string_view name, const std::string& text);
  void operator()(std::string_view name, const std::optional<std::string>& text);
  void operator()(std::string_view name, const std::vector<std::string>& texts);
  // As a list of "NAME=VALUE": an object whose only name is "base64" would be read as Bytes.
  void operator()(std::string_view name, const std::map<std::string, std::string>& pairs);
  void operator()(std::string_view name, const std::int64_t& number);
  void operator()(std::string_view name, const std::optional<std::int64_t>& number);
  void operator()(std::string_view name, const bool& flag);
  void operator()(std::string_view name, const Time& time);  // in seconds

  Value take() { return Map::from_entries(std::move(entries_)); }

 private:
  void put(std::string_view name, Value value) { entries_.push_back({name, std::move(value)}); }

  std::vector<Map::Entry> entries_;
};

class FieldReader {
 public:
  // `what` names the record in error messages: "a task order". `map` and `what` outlive the reader.
  FieldReader(const Map& map, std::string_view what) : map_(map), what_(what) {}

  void operator()(std::string_view name, std::string& text);
  void operator()(std::string_view name, std::optional<std::string>& text);
  void operator()(std::string_view name, std::vector<std::string>& texts);
  void operator()(std::string_view name, std::map<std::string, std::string>& pairs);
  void operator()(std::string_view name, std::int64_t& number);
  void operator()(std::string_view name, std::optional<std::int64_t>& number);
  void operator()(std::string_view name, bool& flag);
  void operator()(std::string_view name, Time& time);

  // Errors: invalid_argument for the first field of a wrong kind.
  Result<void> result() const;

 private:
  const Value* find(std::string_view name) const;
  void refuse(std::string_view name, const Value& value, std::string_view want);
  const std::string* text_of(std::string_view name, const Value& value);

  const Map& map_;
  const std::string_view what_;
  std::optional<Error> error_;
};

}  // namespace mega
