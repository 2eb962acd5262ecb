// Hosts as their daemons report them.
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
  // Writes the heartbeats that still wait.
  ~HostStore();
  HostStore(const HostStore&) = delete;

  // Whether the name may speak for the address: for each call of an agent.
  Result<HostClaim> host_claim(std::string_view name, std::string_view ip) const;
  // The address that the name is bound to; empty: none.
  Result<std::string> address_of(std::string_view name) const;
  // The hosts that have sent heartbeats, by name, and what there is to say of each and the
  // inventory: client_fields. What is written in a moment is in it already.
  Result<Rows> clients() const;
  // One of them, by name or address.
  Result<std::optional<Row>> client(std::string_view name) const;
  // What runs there, by port.
  Result<Rows> client_instances(std::string_view name) const;
  // Where the inventory and what runs on the hosts differ (discovered_fields), of those that the
  // condition selects. Errors: as search.
  Result<Rows> discovered(std::string_view where, std::int64_t limit) const;
  // Whether the inventory has the host. Only what binds a name to an address is audited, and on
  // disk when this returns; the rest is written within seconds.
  Result<bool> take_heartbeat(const Author& author, const Heartbeat& heartbeat);
  // Forgets a host that is gone. Errors: not_found.
  Result<void> del_client(const Author& author, const std::string& name);

 private:
  Result<void> write_heartbeats() const;

  Database& database_;
  mutable PendingHeartbeats heartbeats_;
};

}  // namespace mega
