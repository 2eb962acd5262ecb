// The heartbeat that the daemon sends, and `mega ping` on a joined host: the call of client_ping
// and its answer.
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

// The address to report for this host. `peer` is this host's end of the connection, as whoami or
// the connection itself tells it ("10.0.0.9:50003"). Its address is reported when it is an address
// of this host, so that the server accepts the heartbeat as this host's own; otherwise the address
// of the default route, because the server is on this host or sees the address of a router. For
// tests, several daemons on one host, each at its own address in 127.0.0.0/8, count as separate
// hosts. Errors: as host_address().
Result<std::string> address_to_report(std::string_view peer);

// The call of client_ping. `ip` is the host's address in the inventory.
Envelope heartbeat(const std::string& ip, const HostFacts& facts,
                   const std::vector<FoundInstance>& instances);

struct HeartbeatAnswer {
  bool registered = true;                         // the inventory has the host
  std::optional<std::chrono::seconds> keepalive;  // until the next heartbeat; nullopt: unchanged
  Time servers_since{};  // no server's certificate may be issued earlier; 0: any time
  Map settings;          // all settings, by name
};

// Parses the answer; also accepts that of a server of 2014: 1 or 'unregistered server'.
// Errors: corrupt.
Result<HeartbeatAnswer> heartbeat_answer_from(const Value& answer);

}  // namespace mega
