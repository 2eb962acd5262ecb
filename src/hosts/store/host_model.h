// Hosts as their daemons report them: the records of HostStore.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

struct ClientInstance {
  std::int64_t port = 0;  // 0: no port
  std::string socket, data_folder;
  std::string db_type, version, version_text;  // "MariaDB", "10.11.6", "10.11.6-MariaDB-log"
  bool contained = false;  // in a container's network: may be unreachable from outside
  friend bool operator==(const ClientInstance&, const ClientInstance&) = default;
};

struct Heartbeat {
  std::string name;  // of the certificate; for a daemon of 2014 its address
  std::string ip;    // canonical
  std::string version;
  std::string host_name, os, kernel;
  std::optional<std::int64_t> uptime_s;
  std::optional<std::int64_t> clock_offset_s;            // ahead of the server's clock
  std::string facts;                                     // the other facts, as a JSON object
  std::optional<std::vector<ClientInstance>> instances;  // nullopt: the daemon did not look
};

// The relation of a name and an address in the store, to decide whether the name may speak for
// the address.
struct HostClaim {
  bool bound = false;  // the name's last heartbeat was for that address
  bool named = false;  // the inventory has an online server with that name and address
  std::string holder;  // another name with a valid certificate bound to it; empty: none
};

}  // namespace mega
