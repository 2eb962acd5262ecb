#include "hosts/funcs/client_state.h"

#include "api/peers.h"
#include "base/text.h"
#include "hosts/server/heartbeat_settings.h"
#include "value/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <span>

namespace mega {
namespace {

const Service<const HeartbeatSettings> heartbeat_settings{"heartbeat settings"};
const Service<Peers> peers{"connections"};

// A host whose clock differs by more than clock_tolerance cannot connect at all.
constexpr std::int64_t clock_drift_s_min = 5;

constexpr std::array<const char*, 13> listed{
    "name",   "ip", "online", "version",      "last_heartbeat", "drift",     "instances",
    "uptime", "os", "kernel", "clock_offset", "host_name",      "first_seen"};

// Access to the cells of a row by column name.
class Cells {
 public:
  Cells(const Columns& columns, std::span<const Value> cells) : columns_(columns), cells_(cells) {}

  const Value& operator[](std::string_view column) const {
    const auto found = std::ranges::find(*columns_, column);
    assert(found != columns_->end());
    return cells_[static_cast<std::size_t>(found - columns_->begin())];
  }
  std::int64_t number(std::string_view column) const {
    const auto* number = (*this)[column].as<std::int64_t>();
    return number ? *number : 0;
  }
  std::string text(std::string_view column) const {
    const auto* text = (*this)[column].as<std::string>();
    return text ? *text : "";
  }

 private:
  const Columns& columns_;
  std::span<const Value> cells_;
};

// A daemon of ours is online while it is connected; one of 2014 while its heartbeats come in time.
bool is_online(const Context& context, const Cells& client) {
  const std::string name = client.text("name");
  const Peers* const connected = context.find(peers);
  if (connected && name != client.text("ip")) return connected->present(name);
  const auto* last = client["last_heartbeat"].as<Time>();
  const auto silence_max = 2 * context[heartbeat_settings].keepalive + std::chrono::minutes(1);
  return last && context.clock.now().seconds - last->seconds <= silence_max.count();
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} instance{} {}", count, count == 1 ? "" : "s", what);
}

// How the host deviates from the server and the inventory, as text; empty: it does not.
std::string drift_of(const Cells& client) {
  std::vector<std::string> parts;
  const std::string version = client.text("version");
  if (!version.empty() && version != MEGA_VERSION) {
    parts.push_back(fmt::format("runs {}, the server {}", version, MEGA_VERSION));
  }
  if (client.number("registered") == 0) parts.emplace_back("not in the inventory");
  if (const auto count = client.number("unknown"); count > 0) {
    parts.push_back(counted(count, "not in the inventory"));
  }
  if (const auto count = client.number("vanished"); count > 0) {
    parts.push_back(counted(count, "not found"));
  }
  const std::int64_t offset = client.number("clock_offset");
  if (offset >= clock_drift_s_min || offset <= -clock_drift_s_min) {
    parts.push_back(fmt::format("clock {:+} s", offset));
  }
  return join_text(parts, "; ");
}

Value cell(const Cells& client, std::string_view column, bool online) {
  if (column == "online") return Value(online ? 1 : 0);
  if (column == "drift") return Value(drift_of(client));
  return client[column];
}

}  // namespace

Rows client_rows(const Context& context, const Rows& clients, State state, std::int64_t limit) {
  static const auto columns =
      std::make_shared<const std::vector<std::string>>(listed.begin(), listed.end());
  Rows rows{.columns = columns, .cells = {}};
  const std::size_t width = clients.columns->size();
  const std::size_t most =
      limit == 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(limit);
  for (std::size_t i = 0; i < clients.size() && rows.size() < most; ++i) {
    const Cells client(clients.columns, std::span(clients.cells).subspan(i * width, width));
    const bool online = is_online(context, client);
    if (state != State::all && online != (state == State::online)) continue;
    for (const std::string& column : *columns) rows.cells.push_back(cell(client, column, online));
  }
  return rows;
}

Map client_map(const Context& context, const Row& client, Rows instances) {
  const Cells cells(client.columns, client.cells);
  std::vector<MapEntry> map;
  for (const char* column : listed) {
    if (std::string_view(column) != "instances") {
      map.push_back({column, cell(cells, column, is_online(context, cells))});
    }
  }
  if (const auto facts = parse_json(cells.text("facts")); facts && facts->is<Map>()) {
    const auto& told = facts->as<Map>()->entries();
    map.insert(map.end(), told.begin(), told.end());
  }
  map.push_back({"instances", std::move(instances)});
  return Map::from_entries(std::move(map));
}

}  // namespace mega
