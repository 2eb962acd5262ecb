// Hosts as their daemons report them.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

struct ClientInstance {
  std::int64_t port = 0;  // 0: it listens on none
  std::string socket, data_folder;
  std::string db_type, version, version_text;  // "MariaDB", "10.11.6", "10.11.6-MariaDB-log"
  bool contained = false;                      // in a container's network: others may not reach it
  friend bool operator==(const ClientInstance&, const ClientInstance&) = default;
};

struct Heartbeat {
  std::string name;  // of the certificate; of a peer of 2014 its address
  std::string ip;    // canonical
  std::string version;
  std::string host_name, os, kernel;
  std::optional<std::int64_t> uptime_s;
  std::optional<std::int64_t> clock_offset_s;            // ahead of the server's clock
  std::string facts;                                     // what else it told, a JSON object
  std::optional<std::vector<ClientInstance>> instances;  // nullopt: it did not look for them
};

// What the store knows of a name and an address, for who asks whether the one may speak for the
// other.
struct HostClaim {
  bool bound = false;  // the name's last heartbeat was of that address
  bool named = false;  // the inventory has an online server of that name at that address
  std::string holder;  // another name that is bound to it, whose certificate counts; empty: none
};

}  // namespace mega
