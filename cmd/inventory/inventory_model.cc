#include "cmd/inventory/inventory_model.h"

#include "api/kinds.h"
#include "base/text.h"
#include "cmd/call_words.h"
#include "value/json.h"

#include <algorithm>
#include <cassert>

namespace mega {
namespace {

std::vector<RecordKind> make_kinds() {
  const std::vector<RecordField> named{
      {"name", "name", "name"}, {"comment", "comment", "comment"}, {"stat", "stat", "stat"}};
  return {
      {"owner", "owners", "add_owner", "mod_owner", {{"id", "id", "id"}}, named},
      {"business", "businesses", "add_business", "mod_business", {{"id", "id", "id"}}, named},
      {"server",
       "servers",
       "add_server",
       "mod_server",
       {{"ip", "ip", "ip"}},
       {{"name", "name", "server_name"},
        {"os", "os", "server_os"},
        {"type", "type", "server_type"},
        {"plant", "plant", "server_plant"},
        {"owner", "owner", "server_owner"},
        {"cluster", "cluster", "server_cluster"},
        {"site", "site", "server_site"},
        {"tags", "tags", "server_tags"},
        {"online_date", "online_date", "server_online"},
        {"stat", "stat", "server_stat"}}},
      {"instance",
       "instances",
       "add_instance",
       "mod_instance",
       {{"ip", "ip", "ip"}, {"port", "port", "port"}},
       {{"name", "name", "instance_name"},
        {"level", "level", "instance_level"},
        {"owner", "owner_id", "instance_owner"},
        {"business", "business_id", "instance_business"},
        {"db_type", "db_type", "instance_db_type"},
        {"ha_type", "ha_type", "instance_ha_type"},
        {"role", "role", "instance_role"},
        {"version", "version", "instance_version"},
        {"master", "master", "instance_master"},
        {"slowlog", "slowlog", "instance_slowlog"},
        {"cluster", "cluster", "instance_cluster"},
        {"site", "site", "instance_site"},
        {"tags", "tags", "instance_tags"},
        {"online_date", "online_date", "instance_online"},
        {"stat", "stat", "instance_stat"}}},
      {"database",
       "databases",
       "add_database",
       "mod_database",
       {{"ip", "ip", "ip"}, {"port", "port", "port"}, {"name", "name", "db"}},
       {{"level", "level", "database_level"},
        {"owner", "owner", "database_owner"},
        {"business", "business_id", "database_business"},
        {"online_date", "online_date", "database_online"},
        {"stat", "stat", "database_stat"}}},
  };
}

const ParamInfo& param_of(const RecordKind& kind, const RecordField& field) {
  const Function* function = find_function(kind.mod);
  const ParamInfo* param = function ? find_param(*function, field.argument) : nullptr;
  assert(param && "the table of kinds names parameters of the mod_ functions");
  return *param;
}

// "10.0.0.1:3306" in canonical form; empty: no master.
Result<std::optional<Value>> master_value(const Value& given) {
  const auto* text = given.as<std::string>();
  const std::string_view trimmed = text ? trim(*text) : "";
  if (text && trimmed.empty()) return Value("");
  const std::size_t colon = trimmed.rfind(':');
  if (text && colon != std::string_view::npos) {
    std::string_view host = trimmed.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto ip = canonical_address(host);
    const auto port = parse_integer(trimmed.substr(colon + 1));
    if (ip && port && *port >= 1 && *port <= 65535) return Value(place_of_instance(*ip, *port));
  }
  return fail(Errc::invalid_argument, "master takes the place of an instance, ADDRESS:PORT, not {}",
              shown(given));
}

Value sorted_tags(const Map& tags) {
  auto entries = tags.entries();
  std::ranges::sort(entries, [](const auto& a, const auto& b) {
    return *a.first.template as<std::string>() < *b.first.template as<std::string>();
  });
  Map sorted;
  for (auto& [name, value] : entries) sorted.set(std::move(name), std::move(value));
  return sorted;
}

// Tags in a file may be a JSON object; a server of 2014 gives a Python dict.
Value tags_given(const Value& given) {
  const auto* text = given.as<std::string>();
  if (!text || !trim(*text).starts_with('{')) return given;
  if (auto json = parse_json(*text)) return std::move(*json);
  if (auto literal = parse_python(*text)) return std::move(*literal);
  return given;
}

int compare(const Value& a, const Value& b) {
  if (const auto* x = a.as<std::int64_t>(), *y = b.as<std::int64_t>(); x && y) {
    return *x < *y ? -1 : *x > *y ? 1 : 0;
  }
  return to_json(a).compare(to_json(b));
}

bool before(const Record& a, const Record& b) {
  if (a.kind != b.kind) return a.kind < b.kind;  // elements of one vector
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (const int order = compare(a.keys[i], b.keys[i]); order != 0) return order < 0;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> RecordKind::index_of(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &RecordField::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

const std::vector<RecordKind>& record_kinds() {
  static const std::vector<RecordKind> kinds = make_kinds();
  return kinds;
}

const RecordKind* find_record_kind(std::string_view name) {
  const auto found = std::ranges::find(record_kinds(), name, &RecordKind::name);
  return found == record_kinds().end() ? nullptr : &*found;
}

bool Record::online() const {
  const auto& stat = fields[kind->stat_index()];
  return !stat || *stat != Value(false);
}

std::optional<std::string> Record::text(std::string_view field) const {
  const auto index = kind->index_of(field);
  if (!index || !fields[*index]) return std::nullopt;
  const auto* text = fields[*index]->as<std::string>();
  return text ? std::optional(*text) : std::nullopt;
}

std::string name_of(const Record& record) {
  const auto key = [&](std::size_t i) { return shown_plain(record.keys[i]); };
  if (record.keys.size() == 1) return fmt::format("{} {}", record.kind->name, key(0));
  const auto* port = record.keys[1].as<std::int64_t>();
  const std::string instance = place_of_instance(key(0), port ? *port : 0);
  if (record.keys.size() == 2) return fmt::format("{} {}", record.kind->name, instance);
  return fmt::format("{} {}/{}", record.kind->name, instance, one_line(key(2)));
}

std::string place_of_instance(std::string_view ip, std::int64_t port) {
  const bool six = ip.find(':') != std::string_view::npos;
  return six ? fmt::format("[{}]:{}", ip, port) : fmt::format("{}:{}", ip, port);
}

Result<std::optional<Value>> field_value(const RecordKind& kind, const RecordField& field,
                                         const Value& given) {
  if (given.is_none()) return std::nullopt;
  if (field.name == "master") return master_value(given);
  const ParamInfo& param = param_of(kind, field);
  const auto* text = given.as<std::string>();
  const bool may_be_empty = param.kind == Kind::text || param.kind == Kind::tags;
  if (text && text->empty() && !may_be_empty) return std::nullopt;
  Value value = param.kind == Kind::tags ? tags_given(given) : given;
  std::string why;
  if (!accept(param.kind, value, true, why)) {
    return fail(Errc::invalid_argument, "{} takes {}, not {}", field.name,
                why.empty() ? takes(param.kind) : std::string_view(why), shown(given));
  }
  if (const auto* tags = value.as<Map>()) value = sorted_tags(*tags);
  return value;
}

std::string shown_plain(const Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* flag = value.as<bool>()) return *flag ? "1" : "0";
  if (const auto* time = value.as<Time>()) return format_iso(*time);
  if (const auto* tags = value.as<Map>()) return tags_text(*tags);
  return to_python(value, {.ascii = false, .hide_terminator = false});
}

std::string shown_field(const Value& value) {
  if (value.is<std::string>()) {
    return to_python(value, {.ascii = false, .hide_terminator = false});
  }
  if (const auto* tags = value.as<Map>(); tags && tags->empty()) return "none";
  return shown_plain(value);
}

std::string tags_text(const Map& tags) {
  std::string out;
  for (const auto& [name, value] : tags.entries()) {
    const auto* text = value.as<std::string>();
    if (!text || text->find(',') != std::string::npos || trim(*text).size() != text->size()) {
      return to_json(tags);
    }
    if (!out.empty()) out += ',';
    out += *name.as<std::string>();
    if (!text->empty()) out += "=" + *text;
  }
  return out;
}

const Record* InventoryModel::find(const RecordKind& kind, const std::vector<Value>& keys) const {
  const Record wanted{.kind = &kind, .keys = keys};
  const auto found = std::ranges::lower_bound(records, wanted, before);
  return found == records.end() || before(wanted, *found) ? nullptr : &*found;
}

Result<InventoryModel> make_inventory(std::vector<Record> records) {
  std::ranges::stable_sort(records, before);
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (before(records[i - 1], records[i])) continue;
    return fail(Errc::invalid_argument, "{}: {} is at {} already", records[i].place,
                name_of(records[i]), records[i - 1].place);
  }
  return InventoryModel{std::move(records)};
}

}  // namespace mega
