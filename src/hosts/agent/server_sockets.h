// Which of the host's listening sockets are a database server's.
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

  std::vector<std::int64_t> ports() const;  // in order, each once
};

// Those of one network, as /proc/net or /proc/PID/net tells.
ServerSockets read_listeners(const std::string& net_folder);

// The sockets of each process, by pid: by their inodes, or by their user where those may not be
// read. Then one socket is given to one process at most, by --port and --socket where these were
// said.
std::map<std::int64_t, ServerSockets> sockets_of(const std::vector<DatabaseProcess>& processes,
                                                 const std::string& proc);

}  // namespace mega
