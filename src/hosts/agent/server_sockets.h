// Assigns the host's listening sockets to the processes of database servers.
#pragma once

#include "hosts/agent/database_process.h"
#include "hosts/agent/proc_net.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mega {

struct ServerSockets {
  std::vector<TcpListener> tcp;
  std::vector<UnixListener> local;
  friend bool operator==(const ServerSockets&, const ServerSockets&) = default;

  std::vector<std::int64_t> ports() const;  // sorted, without duplicates
};

// The listening sockets of one network namespace; `net_folder` is /proc/net or /proc/PID/net.
ServerSockets read_listeners(const std::string& net_folder);

// The sockets of each process, by pid. They are found by inode; if the descriptors of a process are
// unreadable, by --port and --socket, then by user. In the latter case each socket is assigned to
// at most one process.
std::map<std::int64_t, ServerSockets> sockets_of(const std::vector<DatabaseProcess>& processes,
                                                 const std::string& proc);

}  // namespace mega
