// A heartbeat as the daemon sends it and `mega ping` on a joined host: what client_ping is told and
// what it answers.
#pragma once

#include "agent/host_facts.h"
#include "agent/instances.h"
#include "base/result.h"
#include "wire/envelope.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mega {

// The call of client_ping. `ip` is the address by which the inventory knows the host.
Envelope heartbeat(const std::string& ip, const HostFacts& facts,
                   const std::vector<FoundInstance>& instances);

struct HeartbeatAnswer {
  bool registered = true;                         // the inventory has the host
  std::optional<std::chrono::seconds> keepalive;  // until the next one; nullopt: as it was
  Map settings;                                   // all of them, by name
};

// Of a server of 2014 too, which answers 1 or 'unregistered server'. Errors: corrupt.
Result<HeartbeatAnswer> heartbeat_answer_from(const Value& answer);

}  // namespace mega
