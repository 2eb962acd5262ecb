// HostDirectory: all names of the daemons that run the tasks of hosts, for rules.
//
// The caller of a task may be able to write the inventory. A rule about one host must therefore
// hold for each other server of the inventory that leads to the same daemon.
#include "api/kinds.h"
#include "base/text.h"
#include "hosts/store/directory.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace mega {
namespace {

using Names = std::vector<std::string>;

// A server of the inventory, or a heartbeat.
struct Place {
  std::string name, ip;
};

// Lookup by name in lower case, and by address.
struct Places {
  std::vector<Place> all;
  std::unordered_multimap<std::string, std::size_t> by_name, by_address;

  void add(std::string_view name, std::string_view ip) {
    by_name.emplace(to_lower(name), all.size());
    by_address.emplace(std::string(unmapped(ip)), all.size());
    all.push_back({std::string(name), std::string(ip)});
  }
  template <class Take>
  void each(const std::unordered_multimap<std::string, std::size_t>& index, const std::string& key,
            Take take) const {
    const auto [begin, end] = index.equal_range(key);
    for (auto found = begin; found != end; ++found) take(all[found->second]);
  }
};

Result<Places> load(Connection& connection, std::string_view sql, SqlParameters parameters = {}) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  Places places;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return places;
    places.add(cursor->text(0), cursor->text(1));
  }
}

void append_new(Names& names, std::string name) {
  if (!name.empty() && std::ranges::find(names, name) == names.end()) {
    names.push_back(std::move(name));
  }
}

Names identity(const Place& place, std::string_view agent) {
  Names names;
  append_new(names, to_lower(place.name));
  append_new(names, place.ip);
  append_new(names, std::string(unmapped(place.ip)));
  append_new(names, to_lower(agent));
  return names;
}

// The agents whose machine the server reaches when it dials that address: their heartbeats list it
// among the addresses of their host.
Result<Places> agents_at(Connection& connection, const std::string& ip) {
  const std::string listed = '"' + std::string(unmapped(ip)) + '"';
  return load(connection, "SELECT name, ip FROM client WHERE instr(facts, ?) > 0",
              {std::string_view(listed)});
}

// Collects the names, each list and each agent once: thousands of servers may have one name.
class Collector {
 public:
  Collector(const Places& servers, const Places& clients) : servers_(servers), clients_(clients) {}

  void add(const Place& place, std::string_view agent) {
    Names names = identity(place, agent);
    if (seen_.insert(names).second) all_.push_back(std::move(names));
  }
  // All servers that lead to the agent: by its name, and by the address of its heartbeats.
  void add_agent(const std::string& agent) {
    const std::string name = to_lower(agent);
    if (!agents_.insert(name).second) return;
    const auto of_agent = [&](const Place& place) { add(place, agent); };
    servers_.each(servers_.by_name, name, of_agent);
    clients_.each(clients_.by_name, name, [&](const Place& client) {
      add(client, agent);
      servers_.each(servers_.by_address, client.ip, of_agent);
    });
  }
  // All servers and agents at an address that the server dials.
  void add_dialled(const std::string& ip) {
    servers_.each(servers_.by_address, ip, [&](const Place& server) { add(server, {}); });
    clients_.each(clients_.by_address, ip, [&](const Place& client) { add_agent(client.name); });
  }

  std::vector<Names> take() { return std::move(all_); }

 private:
  const Places& servers_;
  const Places& clients_;
  std::vector<Names> all_;
  std::set<Names> seen_;
  std::set<std::string> agents_;
};

}  // namespace

Result<std::vector<Names>> HostDirectory::daemon_names(std::span<const TaskHost> hosts) const {
  const auto lease = database_.read();
  // Servers that are offline count as well: a caller that may write could delete one.
  const auto servers = load(*lease, "SELECT name, ip FROM server");
  if (!servers) return fail(servers.error());
  const auto clients = load(*lease, "SELECT name, ip FROM client WHERE ip <> ''");
  if (!clients) return fail(clients.error());
  Collector names(*servers, *clients);
  for (const TaskHost& host : hosts) {
    names.add({host.host, host.ip}, host.agent);
    names.add_agent(host.agent);
    if (host.legacy_port == 0) continue;
    const auto there = agents_at(*lease, host.ip);
    if (!there) return fail(there.error());
    for (const Place& client : there->all) names.add_agent(client.name);
    names.add_dialled(std::string(unmapped(host.ip)));
  }
  return names.take();
}

}  // namespace mega
