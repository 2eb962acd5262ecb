// Which hosts a name or a condition means: servers of the inventory, and agents that have joined.
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

// A host that a task may concern.
struct TaskHost {
  std::string host;              // as people know it
  std::string ip;                // of the inventory's server, or where the agent called from
  std::string agent;             // the name by which its daemon joined
  std::string cluster;           // empty: in none
  std::string window;            // its maintenance window (tag `window`); empty: always
  std::int64_t legacy_port = 0;  // of a daemon of 2014, which is dialled; 0: a daemon of ours
  friend bool operator==(const TaskHost&, const TaskHost&) = default;
};

class HostDirectory {
 public:
  HostDirectory(Database& database, const Inventory& inventory)
      : database_(database), inventory_(inventory) {}

  // The hosts of those names: of servers that are online by name or address, and of agents that
  // have joined. Each once. Errors: not_found naming all that are unknown, with a did-you-mean;
  // refused for one that is offline; invalid_argument for a name that several servers have.
  Result<std::vector<TaskHost>> task_hosts(std::span<const std::string> names) const;
  // Those that search(what, where) selects among what is online.
  Result<std::vector<TaskHost>> task_hosts_where(std::string_view what,
                                                 std::string_view where) const;

 private:
  Database& database_;
  const Inventory& inventory_;
};

}  // namespace mega
