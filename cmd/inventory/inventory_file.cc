#include "cmd/inventory/inventory_file.h"

#include "base/byte_order_mark.h"
#include "base/text.h"
#include "value/csv.h"
#include "value/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace mega {
namespace {

// The CSV columns: every key and field of every kind, once.
const std::vector<std::string> columns{
    "kind",   "id",      "ip",      "port",     "name",    "comment", "os",         "type",
    "plant",  "level",   "owner",   "business", "db_type", "ha_type", "role",       "version",
    "master", "slowlog", "cluster", "site",     "tags",    "stat",    "online_date"};

// The value of a key or a field by name; nullptr: not set, or unknown field.
const Value* said(const Record& record, std::string_view name) {
  for (std::size_t i = 0; i < record.kind->keys.size(); ++i) {
    if (record.kind->keys[i].name == name) return &record.keys[i];
  }
  const auto index = record.kind->index_of(name);
  return index && record.fields[*index] ? &*record.fields[*index] : nullptr;
}

std::string to_csv_text(const InventoryModel& inventory) {
  Rows rows{std::make_shared<const std::vector<std::string>>(columns), {}};
  for (const Record& record : inventory.records) {
    rows.cells.emplace_back(record.kind->name);
    for (std::size_t i = 1; i < columns.size(); ++i) {
      const Value* value = said(record, columns[i]);
      rows.cells.push_back(value ? Value(shown_plain(*value)) : Value());
    }
  }
  return to_csv(std::move(rows));
}

// Flags are written as 1 and 0, as in a server's rows.
Value json_value(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? 1 : 0;
  return value;
}

std::string to_json_text(const InventoryModel& inventory) {
  std::string out = "{";
  for (const RecordKind& kind : record_kinds()) {
    out += fmt::format("{}\n  \"{}\": [", out.size() > 1 ? "," : "", kind.plural);
    std::string separator = "\n    ";
    for (const Record& record : inventory.records) {
      if (record.kind != &kind) continue;
      Map object;
      for (std::size_t i = 1; i < columns.size(); ++i) {
        if (const Value* value = said(record, columns[i]))
          object.set(columns[i], json_value(*value));
      }
      out += separator;
      write_json(object, out);
      separator = ",\n    ";
    }
    out += separator.front() == ',' ? "\n  ]" : "]";
  }
  return out + "\n}\n";
}

bool has_field(const RecordKind& kind, std::string_view name) {
  return kind.index_of(name) || std::ranges::count(kind.keys, name, &RecordField::name) > 0;
}

// Builds a record from named values.
Result<Record> make_record(const RecordKind& kind,
                           const std::vector<std::pair<std::string, Value>>& values,
                           const std::string& place) {
  Record record{.kind = &kind, .fields = {}, .place = place};
  record.fields.resize(kind.fields.size());
  std::vector<std::optional<Value>> keys(kind.keys.size());
  for (const auto& [name, given] : values) {
    const auto key = std::ranges::find(kind.keys, std::string_view(name), &RecordField::name);
    const auto index = kind.index_of(name);
    if (key == kind.keys.end() && !index) {
      std::vector<std::string> known;
      for (const auto* list : {&kind.keys, &kind.fields}) {
        for (const RecordField& field : *list) known.emplace_back(field.name);
      }
      return fail(Errc::invalid_argument, "{}: {} {} has no field {}{}", place,
                  kind.name.starts_with('o') || kind.name.starts_with('i') ? "an" : "a", kind.name,
                  mega::quoted(name), did_you_mean(name, known));
    }
    const RecordField& field = index ? kind.fields[*index] : *key;
    auto value = field_value(kind, field, given);
    if (!value) return fail(Errc::invalid_argument, "{}: {}", place, value.error().message);
    (index ? record.fields[*index] : keys[static_cast<std::size_t>(key - kind.keys.begin())]) =
        std::move(*value);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i]) {
      return fail(Errc::invalid_argument, "{}: {} is missing", place, kind.keys[i].name);
    }
    record.keys.push_back(std::move(*keys[i]));
  }
  return record;
}

// A line's cells as named values of a record of its kind. Skips empty cells of columns that belong
// to other kinds.
std::vector<std::pair<std::string, Value>> values_of_line(const RecordKind& kind, const Csv& csv,
                                                          const CsvRecord& line) {
  std::vector<std::pair<std::string, Value>> values;
  for (std::size_t i = 0; i < csv.columns.size(); ++i) {
    const std::string& column = csv.columns[i];
    const bool for_others = !has_field(kind, column) && line.fields[i].empty();
    if (column != "kind" && !for_others) values.emplace_back(column, line.fields[i]);
  }
  return values;
}

Result<std::vector<Record>> records_of_csv(std::string_view text, const std::string& path) {
  const auto csv = parse_csv(text);
  if (!csv) return fail(Errc::invalid_argument, "{}: {}", path, csv.error().message);
  for (const auto& name : csv->columns) {
    if (std::ranges::count(columns, name) > 0) continue;
    return fail(Errc::invalid_argument, "{}: there is no column {}{}", path, mega::quoted(name),
                did_you_mean(name, columns));
  }
  const auto kind_column = std::ranges::find(csv->columns, "kind");
  if (kind_column == csv->columns.end()) {
    return fail(Errc::invalid_argument, "{}: column kind is missing", path);
  }
  const auto kind_index = static_cast<std::size_t>(kind_column - csv->columns.begin());

  std::vector<std::string> kind_names;
  for (const RecordKind& kind : record_kinds()) kind_names.emplace_back(kind.name);
  std::vector<Record> records;
  for (const CsvRecord& line : csv->records) {
    const std::string place = fmt::format("{}:{}", path, line.line);
    const std::string& name = line.fields[kind_index];
    const RecordKind* kind = find_record_kind(name);
    if (!kind) {
      return fail(Errc::invalid_argument, "{}: there is no kind {}{}; it is one of {}", place,
                  mega::quoted(name), did_you_mean(name, kind_names), join_text(kind_names, ", "));
    }
    auto record = make_record(*kind, values_of_line(*kind, *csv, line), place);
    if (!record) return fail(record.error());
    records.push_back(std::move(*record));
  }
  return records;
}

// The line numbers on which the objects at depth 2 begin, in order. Requires: `text` is JSON.
std::vector<std::size_t> lines_of_objects(std::string_view text) {
  std::vector<std::size_t> lines;
  std::size_t line = 1;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (in_text) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_text = false;
      }
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (c == '{' && depth == 2) lines.push_back(line);
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return lines;
}

const RecordKind* kind_of_list(std::string_view plural) {
  const auto found = std::ranges::find(record_kinds(), plural, &RecordKind::plural);
  return found == record_kinds().end() ? nullptr : &*found;
}

Result<std::vector<Record>> records_of_json(std::string_view text, const std::string& path) {
  const auto json = parse_json(without_byte_order_mark(text));
  if (!json) return fail(Errc::invalid_argument, "{}: {}", path, json.error().message);
  const auto* lists = json->as<Map>();
  if (!lists) {
    return fail(Errc::invalid_argument, "{}:1: an object of lists is due, not {}", path,
                kind_name(*json));
  }
  std::vector<std::string> plurals;
  for (const RecordKind& kind : record_kinds()) plurals.emplace_back(kind.plural);
  const auto lines = lines_of_objects(text);
  std::size_t object_count = 0;
  std::vector<Record> records;
  for (const auto& [key, list] : lists->entries()) {
    const std::string& name = *key.as<std::string>();
    const RecordKind* kind = kind_of_list(name);
    if (!kind) {
      return fail(Errc::invalid_argument, "{}: there is no list {}{}; it is one of {}", path,
                  mega::quoted(name), did_you_mean(name, plurals), join_text(plurals, ", "));
    }
    const auto* items = list.as<List>();
    if (!items) {
      return fail(Errc::invalid_argument, "{}: {} is {} where a list is due", path, name,
                  kind_name(list));
    }
    for (const Value& item : *items) {
      const auto* object = item.as<Map>();
      if (!object) {
        return fail(Errc::invalid_argument, "{}: {} holds {} where an object is due", path, name,
                    kind_name(item));
      }
      const std::string place =
          object_count < lines.size() ? fmt::format("{}:{}", path, lines[object_count]) : path;
      ++object_count;
      std::vector<std::pair<std::string, Value>> values;
      for (const auto& [field, value] : object->entries()) {
        values.emplace_back(*field.as<std::string>(), value);
      }
      auto record = make_record(*kind, values, place);
      if (!record) return fail(record.error());
      records.push_back(std::move(*record));
    }
  }
  return records;
}

// Refuses states that a server cannot store: an online record on an offline one.
Result<void> check_states(const InventoryModel& inventory) {
  const RecordKind* server = find_record_kind("server");
  const RecordKind* instance = find_record_kind("instance");
  std::map<std::string, const Record*> instances;  // by place
  for (const Record& record : inventory.records) {
    if (record.kind == instance) {
      instances.emplace(
          place_of_instance(*record.keys[0].as<std::string>(), *record.keys[1].as<std::int64_t>()),
          &record);
    }
  }
  for (const Record& record : inventory.records) {
    if (!record.online() || record.keys.size() < 2) continue;
    const Record* below = record.kind == instance
                              ? inventory.find(*server, {record.keys[0]})
                              : inventory.find(*instance, {record.keys[0], record.keys[1]});
    if (below && !below->online()) {
      return fail(Errc::invalid_argument, "{}: {} is online, but {} ({}) is not", record.place,
                  name_of(record), name_of(*below), below->place);
    }
    const auto master = instances.find(record.text("master").value_or(""));
    if (master != instances.end() && !master->second->online()) {
      return fail(Errc::invalid_argument, "{}: {} is online, but its master {} ({}) is not",
                  record.place, name_of(record), master->first, master->second->place);
    }
    if (master != instances.end() && master->second == &record) {
      return fail(Errc::invalid_argument, "{}: {} is its own master", record.place,
                  name_of(record));
    }
  }
  return {};
}

}  // namespace

Result<FileForm> file_form(std::string_view flag, std::string_view path) {
  if (flag == "csv") return FileForm::csv;
  if (flag == "json") return FileForm::json;
  if (!flag.empty()) {
    return fail(Errc::invalid_argument, "--format is csv or json, not {}", mega::quoted(flag));
  }
  if (path == "-" || path.ends_with(".csv")) return FileForm::csv;
  if (path.ends_with(".json")) return FileForm::json;
  return fail(Errc::invalid_argument,
              "the name {} ends in neither .csv nor .json: say which with --format",
              mega::quoted(path));
}

std::string write_inventory(const InventoryModel& inventory, FileForm form) {
  return form == FileForm::csv ? to_csv_text(inventory) : to_json_text(inventory);
}

Result<InventoryModel> read_inventory(std::string_view text, FileForm form,
                                      const std::string& path) {
  auto records = form == FileForm::csv ? records_of_csv(text, path) : records_of_json(text, path);
  if (!records) return fail(records.error());
  auto inventory = make_inventory(std::move(*records));
  if (!inventory) return inventory;
  if (const auto checked = check_states(*inventory); !checked) return fail(checked.error());
  return inventory;
}

}  // namespace mega
