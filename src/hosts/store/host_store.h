// HostStore: hosts as their daemons report them.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "hosts/store/host_model.h"
#include "hosts/store/pending_heartbeats.h"
#include "sql/database.h"
#include "trust/author.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

class HostStore {
 public:
  explicit HostStore(Database& database) : database_(database) {}
  // Writes the pending heartbeats.
  ~HostStore();
  HostStore(const HostStore&) = delete;

  // Whether the name may speak for the address; checked for each call of an agent.
  Result<HostClaim> host_claim(std::string_view name, std::string_view ip) const;
  // The address bound to the name; empty: none.
  Result<std::string> address_of(std::string_view name) const;
  // The hosts that have sent heartbeats, ordered by name, joined with the inventory: client_fields.
  // Includes pending heartbeats.
  Result<Rows> clients() const;
  // One host, by name or address.
  Result<std::optional<Row>> client(std::string_view name) const;
  // The instances on a host, ordered by port.
  Result<Rows> client_instances(std::string_view name) const;
  // The differences between the inventory and the instances on the hosts (discovered_fields) that
  // `where` selects. Errors: as Inventory::search().
  Result<Rows> discovered(std::string_view where, std::int64_t limit) const;
  // Stores a heartbeat; true if the inventory has the host. A new binding of a name to an address
  // is audited and on disk when this returns; the rest is written within seconds. A host of 2014
  // that the inventory does not have is ignored when the store has 1000 of these.
  Result<bool> take_heartbeat(const Author& author, const Heartbeat& heartbeat);
  // Deletes a host that no longer exists. Errors: not_found.
  Result<void> del_client(const Author& author, const std::string& name);

 private:
  Result<void> write_heartbeats() const;

  Database& database_;
  mutable PendingHeartbeats heartbeats_;
};

}  // namespace mega
