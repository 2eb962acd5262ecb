// A heartbeat as the daemon sends it and `mega ping` on a joined host: what client_ping is told and
// what it answers.
#pragma once

#include "base/result.h"
#include "hosts/agent/host_facts.h"
#include "hosts/agent/instances.h"
#include "wire/envelope.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The address to report as: the one that the server sees (`peer` of whoami, or of the connection's
// own end: "10.0.0.9:50003") when it is an address of this host, so that the server takes the
// heartbeat for this host's own; else that of the default route, because the server is on this host
// or sees the address of a router. Several daemons on one host for a try, each at an address of its
// own in 127.0.0.0/8, are as many hosts. Errors: as host_address().
Result<std::string> address_to_report(std::string_view peer);

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
