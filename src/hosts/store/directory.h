// Resolves names and conditions to hosts: servers of the inventory, and agents that have joined.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "inventory/store/inventory.h"
#include "sql/database.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::int64_t unconfirmed_port = -1;

// A host on which a task may run.
struct TaskHost {
  std::string host;     // its display name
  std::string ip;       // of the inventory's server, or where the agent joined from
  std::string agent;    // the name under which its daemon joined
  std::string cluster;  // empty: in none
  std::string window;   // its maintenance window (tag `window`); empty: always
  // Of a daemon of 2014, which the server dials; 0: a daemon of ours; unconfirmed_port: the server
  // does not dial it, because neither the admin nor legacy.daemons allows that.
  std::int64_t legacy_port = 0;
  friend bool operator==(const TaskHost&, const TaskHost&) = default;
};

class HostDirectory {
 public:
  HostDirectory(Database& database, const Inventory& inventory)
      : database_(database), inventory_(inventory) {}

  // The hosts with those names, without duplicates: online servers by name or address, and agents
  // that have joined. Errors: not_found naming all unknown names, with a did-you-mean; refused for
  // an offline server; invalid_argument for a name that several servers have.
  Result<std::vector<TaskHost>> task_hosts(std::span<const std::string> names) const;
  // The names of the daemons that would run a task of these hosts, for rules: a list for each host,
  // and one for each other server of the inventory, online or not, that leads to the same daemon.
  // In lower case; addresses also without ::ffff:.
  Result<std::vector<std::vector<std::string>>> daemon_names(std::span<const TaskHost> hosts) const;
  // The online hosts that search(what, where) selects.
  Result<std::vector<TaskHost>> task_hosts_where(std::string_view what,
                                                 std::string_view where) const;

 private:
  Database& database_;
  const Inventory& inventory_;
};

}  // namespace mega
