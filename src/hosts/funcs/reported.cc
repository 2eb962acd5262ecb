#include "hosts/funcs/reported.h"

#include "base/text.h"
#include "hosts/format/instance_limits.h"
#include "sql/greeting.h"
#include "value/json.h"

namespace mega {
namespace {

constexpr std::size_t facts_bytes_max = 32 << 10;
constexpr std::int64_t port_max = 65535;

// Empty when the key is missing. Errors: invalid_argument for a value that is not text or too long.
Result<std::string> text_at(const Map& map, std::string_view key, std::size_t bytes_max) {
  const Value* value = map.find(key);
  if (!value || value->is_none()) return "";
  const auto* text = value->as<std::string>();
  if (text && text->size() <= bytes_max && is_utf8(*text) && text->find('\0') == text->npos) {
    return *text;
  }
  return fail(Errc::invalid_argument, "instances: {} takes text of at most {} bytes", key,
              bytes_max);
}

Result<std::int64_t> port_of(const Map& map) {
  const Value* value = map.find(std::string_view("port"));
  const auto* port = value ? value->as<std::int64_t>() : nullptr;
  if (port && *port >= 0 && *port <= port_max) return *port;
  return fail(Errc::invalid_argument, "instances: port takes 0 (none) to {}", port_max);
}

Result<ClientInstance> instance_of(const Value& told) {
  const auto* map = told.as<Map>();
  if (!map) return fail(Errc::invalid_argument, "instances takes a list of maps");
  const auto port = port_of(*map);
  if (!port) return fail(port.error());
  ClientInstance instance{.port = *port};
  const struct {
    std::string_view key;
    std::size_t bytes_max;
    std::string* into;
  } texts[] = {{"socket", instance_socket_bytes_max, &instance.socket},
               {"data", instance_folder_bytes_max, &instance.data_folder},
               {"type", instance_type_bytes_max, &instance.db_type},
               {"version", instance_version_bytes_max, &instance.version_text}};
  for (const auto& each : texts) {
    auto text = text_at(*map, each.key, each.bytes_max);
    if (!text) return fail(text.error());
    *each.into = *std::move(text);
  }
  instance.version = std::string(version_number(instance.version_text)).substr(0, 64);
  const Value* contained = map->find(std::string_view("contained"));
  instance.contained = contained && *contained == Value(true);
  return instance;
}

}  // namespace

Result<std::string> reported_facts(const Map& facts) {
  std::vector<MapEntry> told;
  for (const auto& [key, value] : facts.entries()) {
    if (!value.is_none()) told.push_back({key, value});
  }
  std::string json = to_json(Value(Map::from_entries(std::move(told))));
  if (json.size() <= facts_bytes_max) return json;
  return fail(Errc::invalid_argument, "the facts about a host take at most {} bytes, not {}",
              facts_bytes_max, json.size());
}

Result<std::optional<std::vector<ClientInstance>>> reported_instances(const Value& told) {
  if (told.is_none()) return std::nullopt;
  const auto* list = told.as<List>();
  if (!list || list->size() > instances_max) {
    return fail(Errc::invalid_argument, "instances takes a list of at most {} maps", instances_max);
  }
  std::vector<ClientInstance> instances;
  for (const Value& each : *list) {
    auto instance = instance_of(each);
    if (!instance) return fail(instance.error());
    instances.push_back(*std::move(instance));
  }
  return instances;
}

}  // namespace mega
