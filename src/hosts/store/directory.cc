// HostDirectory: finds the hosts of a task, by name or by a condition.
#include "hosts/store/directory.h"
#include "audit/writing.h"
#include "base/text.h"
#include "value/listing.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace mega {
namespace {

// All servers and agents, loaded at once: a task may name thousands of hosts.
struct Known {
  std::vector<TaskHost> hosts;              // servers, then agents without one
  std::unordered_set<std::string> offline;  // names and addresses of servers
  std::unordered_map<std::string, std::vector<std::size_t>> places;  // in hosts; keys in lower case
  std::unordered_map<std::string, std::string> joined_at;   // address -> agent that joined there
  std::unordered_map<std::string, std::string> beating_at;  // ... that reports it

  void file(const std::string& name, std::size_t place) {
    auto& all = places[to_lower(name)];
    if (std::ranges::find(all, place) == all.end()) all.push_back(place);
  }
};

// Agents with a valid certificate: name -> address.
Result<std::map<std::string, std::string>> load_agents(Connection& connection, Time now) {
  auto cursor = connection.select(
      "SELECT c.name, c.address FROM certificate c LEFT JOIN revocation r ON r.name = c.name "
      "WHERE c.role = 'agent' AND c.until >= ? AND (r.time IS NULL OR c.issued > r.time) "
      "ORDER BY c.id",
      {now.seconds});
  if (!cursor) return fail(cursor.error());
  std::map<std::string, std::string> agents;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return agents;
    agents[std::string(cursor->text(0))] = cursor->text(1);
  }
}

Result<void> load_heartbeats(Connection& connection, Known& known,
                             const std::map<std::string, std::string>& agents) {
  auto cursor = connection.select("SELECT ip, name FROM client ORDER BY last_heartbeat");
  if (!cursor) return fail(cursor.error());
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return {};
    std::string name(cursor->text(1));
    if (agents.contains(name)) {
      known.beating_at[std::string(cursor->text(0))] = std::move(name);
    }
  }
}

// The agent of a server: the one whose heartbeats report its address, else the agent with its name,
// else the one that joined from its address.
std::string agent_of(const Known& known, const std::map<std::string, std::string>& agents,
                     const TaskHost& host) {
  if (const auto beating = known.beating_at.find(host.ip); beating != known.beating_at.end()) {
    return beating->second;
  }
  const auto joined = known.joined_at.find(host.ip);
  if (agents.contains(host.host) || joined == known.joined_at.end()) return host.host;
  return joined->second;
}

// The tag `daemon`: "legacy" or "legacy:PORT" is a daemon of 2014, which the server dials.
std::int64_t legacy_port_of(std::string_view tag) {
  constexpr std::string_view legacy = "legacy";
  constexpr std::int64_t usual = 1105;
  if (!tag.starts_with(legacy)) return 0;
  tag.remove_prefix(legacy.size());
  if (tag.empty()) return usual;
  const auto port = tag[0] == ':' ? parse_integer(tag.substr(1)) : std::nullopt;
  return port && *port >= 1 && *port <= 65535 ? *port : usual;
}

Result<void> load_servers(Connection& connection, Known& known,
                          const std::map<std::string, std::string>& agents) {
  auto cursor = connection.select(
      "SELECT s.ip, s.name, s.cluster, s.stat, d.value, w.value, u.value FROM server s "
      "LEFT JOIN server_tag d ON d.server_id = s.id AND d.name = 'daemon' "
      "LEFT JOIN server_tag u ON u.server_id = s.id AND u.name = 'daemon.unconfirmed' "
      "LEFT JOIN server_tag w ON w.server_id = s.id AND w.name = 'window' ORDER BY s.ip");
  if (!cursor) return fail(cursor.error());
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return {};
    TaskHost host{.host = std::string(cursor->text(1)),
                  .ip = std::string(cursor->text(0)),
                  .agent = {},
                  .cluster = std::string(cursor->text(2)),
                  .window = std::string(cursor->text(5)),
                  .legacy_port = legacy_port_of(cursor->text(4))};
    if (host.legacy_port != 0 && !cursor->is_none(6)) host.legacy_port = unconfirmed_port;
    if (cursor->integer(3) != 1) {
      known.offline.insert({to_lower(host.host), host.ip});
      continue;
    }
    host.agent = agent_of(known, agents, host);
    known.file(host.host, known.hosts.size());
    known.file(host.ip, known.hosts.size());
    known.file(host.agent, known.hosts.size());
    known.hosts.push_back(std::move(host));
  }
}

Result<Known> load_known(Connection& connection, Time now) {
  const auto agents = load_agents(connection, now);
  if (!agents) return fail(agents.error());
  Known known;
  for (const auto& [name, address] : *agents) known.joined_at[address] = name;
  if (auto loaded = load_heartbeats(connection, known, *agents); !loaded) {
    return fail(loaded.error());
  }
  if (auto loaded = load_servers(connection, known, *agents); !loaded) return fail(loaded.error());
  const std::size_t servers = known.hosts.size();
  for (const auto& [name, address] : *agents) {
    const std::string key = to_lower(name);
    if (known.places.contains(key) || known.offline.contains(key)) continue;
    known.file(name, known.hosts.size());
    known.hosts.push_back({.host = name, .ip = address, .agent = name});
  }
  // The address of a server means that server, even if an agent joined from there.
  for (std::size_t place = servers; place < known.hosts.size(); ++place) {
    const std::string& address = known.hosts[place].ip;
    const auto taken = known.places.find(address);
    const bool servers_own = taken != known.places.end() && taken->second.front() < servers;
    if (!servers_own && !known.offline.contains(address)) known.file(address, place);
  }
  return known;
}

// The best match of `places`: the one host with that address. Errors: invalid_argument when several
// match equally.
Result<std::size_t> one_of(const Known& known, const std::string& name,
                           const std::vector<std::size_t>& places) {
  if (places.size() == 1) return places[0];
  constexpr std::size_t shown_max = 5;
  const auto has_address = [&, key = to_lower(name)](std::size_t place) {
    return known.hosts[place].ip == key;
  };
  const auto at_address = std::ranges::count_if(places, has_address);
  if (at_address == 1) return *std::ranges::find_if(places, has_address);
  std::vector<std::string> others;
  for (const std::size_t place : std::span(places).first(std::min(places.size(), shown_max))) {
    others.push_back(at_address > 0 ? known.hosts[place].host : known.hosts[place].ip);
  }
  if (places.size() > shown_max) others.emplace_back("another");
  return fail(Errc::invalid_argument, "{} is the {} of {} hosts: say which one, {}", quoted(name),
              at_address > 0 ? "address" : "name", places.size(), join_text(others, " or "));
}

Error unknown_hosts(const Known& known, const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 5;
  std::vector<std::string> candidates;
  for (const TaskHost& host : known.hosts) {
    candidates.push_back(host.host);
    candidates.push_back(host.ip);
  }
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) {
    shown.push_back(quoted(names[i]));
  }
  if (names.size() > shown_max) shown.push_back(fmt::format("{} more", names.size() - shown_max));
  return {Errc::not_found,
          fmt::format("there is no host {}{}", join_text(shown, ", "),
                      names.size() == 1 ? did_you_mean(names[0], candidates) : std::string())};
}

}  // namespace

Result<std::vector<TaskHost>> HostDirectory::task_hosts(std::span<const std::string> names) const {
  const auto lease = database_.read();
  const auto known = load_known(*lease, database_.clock().now());
  if (!known) return fail(known.error());
  std::vector<TaskHost> hosts;
  std::vector<std::string> unknown;
  std::unordered_set<std::size_t> taken;
  for (const std::string& name : names) {
    const std::string key = to_lower(name);
    const auto found = known->places.find(key);
    if (found != known->places.end()) {
      const auto place = one_of(*known, name, found->second);
      if (!place) return fail(place.error());
      if (taken.insert(*place).second) hosts.push_back(known->hosts[*place]);
    } else if (known->offline.contains(key)) {
      return fail(Errc::refused, "the server {} is offline in the inventory", quoted(name));
    } else {
      unknown.push_back(name);
    }
  }
  if (!unknown.empty()) return fail(unknown_hosts(*known, unknown));
  return hosts;
}

Result<std::vector<TaskHost>> HostDirectory::task_hosts_where(std::string_view what,
                                                              std::string_view where) const {
  const auto rows = inventory_.search(what, where, State::online, 0);
  if (!rows) return fail(rows.error());
  const auto ip = std::ranges::find(*rows->columns, "ip") - rows->columns->begin();
  const auto width = static_cast<std::ptrdiff_t>(rows->columns->size());
  std::vector<std::string> addresses;
  std::unordered_set<std::string> seen;
  for (auto row = rows->cells.begin(); row != rows->cells.end(); row += width) {
    const auto& address = *row[ip].as<std::string>();
    if (seen.insert(address).second) addresses.push_back(address);
  }
  return task_hosts(addresses);
}

}  // namespace mega
