#include "cmd/inventory/inventory_server.h"

#include "base/text.h"

#include <map>

namespace mega {
namespace {

// The call that lists the records of a kind, and the call for a server of 2014.
struct ListCall {
  std::string_view kind;
  Envelope call;
  std::string_view call_2014;  // empty: none
};

std::vector<ListCall> list_calls() {
  const auto search = [](std::string_view what) {
    return Envelope{.function = "search", .args = fmt::format("what='{}'", what)};
  };
  return {{"owner", {.function = "get_all_owner"}, ""},
          {"business", {.function = "get_all_business"}, ""},
          {"server", search("server"), "get_all_server"},
          {"instance", search("instance"), "get_all_instance"},
          {"database", search("database"), "get_all_db"}};
}

Result<Value> ask_list(Asker& asker, const ListCall& listing) {
  auto answer = asker.ask(listing.call);
  if (answer || answer.error().code != Errc::unknown_function) return answer;
  if (listing.call_2014.empty()) return Value(List{});
  return asker.ask(Envelope{.function = std::string(listing.call_2014)});
}

// Keeps a server's value even if a file may not contain it.
std::optional<Value> lenient(const RecordKind& kind, const RecordField& field, const Value& given) {
  auto value = field_value(kind, field, given);
  return value ? std::move(*value) : std::optional<Value>(given);
}

Result<Record> record_of(const RecordKind& kind, const Value& item) {
  const auto* row = item.as<Map>();
  if (!row) {
    return fail(Errc::corrupt, "the list of {} holds {} where a record is due", kind.plural,
                kind_name(item));
  }
  Record record{.kind = &kind, .fields = {}, .place = {}};
  for (const RecordField& key : kind.keys) {
    const Value* given = row->find(key.column);
    auto value =
        given ? field_value(kind, key, *given) : Result<std::optional<Value>>(std::nullopt);
    if (!value || !*value) {
      return fail(Errc::corrupt, "the list of {} holds a record without a valid {}", kind.plural,
                  key.name);
    }
    record.keys.push_back(std::move(**value));
  }
  for (const RecordField& field : kind.fields) {
    const Value* given = row->find(field.column);
    record.fields.push_back(given ? lenient(kind, field, *given) : std::nullopt);
  }
  return record;
}

// An integer, or its text: servers of 2014 send text.
std::int64_t integer_at(const Value& item, std::string_view column) {
  const auto* row = item.as<Map>();
  const Value* value = row ? row->find(column) : nullptr;
  if (!value) return 0;
  if (const auto* number = value->as<std::int64_t>()) return *number;
  const auto* text = value->as<std::string>();
  return text ? parse_integer(*text).value_or(0) : 0;
}

}  // namespace

Result<InventoryModel> fetch_inventory(Asker& asker) {
  std::vector<Record> records;
  std::map<std::int64_t, std::string> places;                 // of instances, by id
  std::vector<std::pair<std::size_t, std::int64_t>> masters;  // record, id of its master
  for (const auto& listing : list_calls()) {
    const RecordKind& kind = *find_record_kind(listing.kind);
    const auto answer = ask_list(asker, listing);
    if (!answer) return fail(answer.error());
    const auto* items = answer->as<List>();
    if (!items) {
      return fail(Errc::corrupt, "the server answered {} where a list of {} was due",
                  kind_name(*answer), kind.plural);
    }
    for (const Value& item : *items) {
      auto record = record_of(kind, item);
      if (!record) return fail(record.error());
      record->id = integer_at(item, "id");
      if (kind.name == "instance") {
        places.emplace(record->id, place_of_instance(*record->keys[0].as<std::string>(),
                                                     *record->keys[1].as<std::int64_t>()));
        masters.emplace_back(records.size(), integer_at(item, "master_id"));
      }
      records.push_back(std::move(*record));
    }
  }
  // Servers name a master by its id; records by its place, which is the same on every server.
  for (const auto& [index, master] : masters) {
    Record& record = records[index];
    const auto place = places.find(master);
    record.fields[*record.kind->index_of("master")] =
        Value(place == places.end() ? std::string() : place->second);
  }
  return make_inventory(std::move(records));
}

}  // namespace mega
