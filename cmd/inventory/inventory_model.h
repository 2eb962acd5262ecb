// The inventory as records, which `mega inventory export` writes and `apply` reads and compares.
//
// A record is an owner, a business, a server, an instance or a database. A field takes the same
// values as the parameter of the mod_ function that sets it, so that a file is checked by the
// server's rules before anything is sent.
#pragma once

#include "api/function.h"
#include "base/result.h"
#include "value/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct RecordField {
  std::string_view name;      // in files: "os"
  std::string_view column;    // in a server's rows: "owner_id" for owner
  std::string_view argument;  // of the add_ and mod_ functions: "server_os"
};

// One of the five kinds of records, listed in the order in which records are added.
struct RecordKind {
  std::string_view name;    // "server"
  std::string_view plural;  // "servers", a list in JSON files
  std::string_view add;     // "add_server"
  std::string_view mod;     // "mod_server"
  std::vector<RecordField> keys;
  std::vector<RecordField> fields;  // stat is last

  std::size_t stat_index() const { return fields.size() - 1; }
  // The index of the field in `fields`; nullopt: unknown field.
  std::optional<std::size_t> index_of(std::string_view field) const;
};

const std::vector<RecordKind>& record_kinds();
const RecordKind* find_record_kind(std::string_view name);  // nullptr: unknown name

// Values have the form that the field's parameter takes: text, integers, Time, a Map of tags with
// sorted names; the field `master` of instances is text, "10.0.0.1:3306" or empty.
struct Record {
  const RecordKind* kind = nullptr;
  std::vector<Value> keys;                   // all set
  std::vector<std::optional<Value>> fields;  // nullopt: not set
  std::string place;                         // "fleet.csv:12"; empty: from a server
  std::int64_t id = 0;                       // from a server

  bool online() const;                                            // stat is not set, or 1
  std::optional<std::string> text(std::string_view field) const;  // of a text field that is set
};

// "server 10.0.0.1", "instance 10.0.0.1:3306", "database 10.0.0.1:3306/orders".
std::string name_of(const Record& record);

// "10.0.0.1:3306", "[fd00::1]:3306".
std::string place_of_instance(std::string_view ip, std::int64_t port);

// The value in the form that the field takes; nullopt: not set, by None or by empty text in a field
// that cannot be empty.
// Errors: invalid_argument, "port takes a port, 1 to 65535, not text \"x\"".
Result<std::optional<Value>> field_value(const RecordKind& kind, const RecordField& field,
                                         const Value& given);

// A value as a CSV cell: text, 3, 2014-07-31T14:13:07+08:00, env=prod,tier=1; flags are 1 and 0.
std::string shown_plain(const Value& value);

// The same as shown in differences: text in quotes, no tags as "none".
std::string shown_field(const Value& value);

// "env=prod,tier=1"; a JSON object when a tag's value holds a comma or ends in blanks.
std::string tags_text(const Map& tags);

struct InventoryModel {
  std::vector<Record> records;  // sorted by kind, then key

  // nullptr: not found.
  const Record* find(const RecordKind& kind, const std::vector<Value>& keys) const;
};

// Sorts the records, as find() requires. Errors: invalid_argument, with the place, for a duplicate.
Result<InventoryModel> make_inventory(std::vector<Record> records);

}  // namespace mega
