// The MySQL and MariaDB instances on this host: one for each server process, however many share a
// host name.
//
// A process is known by its program (database_process.h), its port and unix socket by what it
// listens on, its version by the greeting that it sends to whoever connects (sql/greeting.h). Ports
// that are no server's own (the X protocol, Galera, other programs) send no greeting and are not
// taken for instances.
//
// Being greeted and leaving counts as an aborted connection at the server, and at enough of them it
// blocks the host that they come from (max_connect_errors; never loopback). So a greeting is read
// once for each start of a server, over its unix socket where there is one, and over loopback
// otherwise where that listens.
//
// A server in a container's network is reported with `contained`: its port is that inside, where
// others may not reach it, so the inventory is not offered it. Its greeting is read over its unix
// socket if this process may.
//
// Where the daemon may not read a server's descriptors (it runs as another user than root), the
// listening sockets of the server's user stand for them.
#pragma once

#include "base/result.h"
#include "hosts/agent/database_process.h"
#include "hosts/agent/server_sockets.h"
#include "net/blocking_socket.h"
#include "value/value.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mega {

struct FoundInstance {
  std::int64_t port = 0;  // 0: it listens on none, or it is not known on which
  std::string socket;     // path of its unix socket; inside a container that of the container
  std::string data_folder;
  std::string type;     // "MySQL", "MariaDB"; empty without a greeting
  std::string version;  // "10.11.6-MariaDB-log"; empty without a greeting
  bool contained = false;
  friend bool operator==(const FoundInstance&, const FoundInstance&) = default;
};

// Keeps what it has learned from greetings. Not thread-safe.
class InstanceFinder {
 public:
  explicit InstanceFinder(std::string proc = "/proc",
                          std::chrono::milliseconds greeting_time = std::chrono::seconds(1))
      : proc_(std::move(proc)), greeting_time_(greeting_time) {}

  // By port, then by unix socket. Blocks: at most the time of a greeting for each socket of a
  // server that has been started since.
  std::vector<FoundInstance> find();

  // How many connections were made to be greeted.
  std::int64_t connections() const { return connections_; }

 private:
  // What a server said, for as long as it is the same server on the same sockets.
  struct Known {
    std::uint64_t start = 0;
    ServerSockets sockets;
    FoundInstance instance;
  };

  FoundInstance look_at(const DatabaseProcess& process, const ServerSockets& sockets);
  void find_socket(const DatabaseProcess& process, const ServerSockets& sockets,
                   FoundInstance& instance);
  void find_port(const DatabaseProcess& process, const ServerSockets& sockets,
                 FoundInstance& instance);
  bool is_greeted(Result<BlockingSocket> connection, FoundInstance& instance);
  bool is_greeted_at(const ServerSockets& sockets, std::int64_t port, FoundInstance& instance);

  std::string proc_;
  std::chrono::milliseconds greeting_time_;
  std::map<std::int64_t, Known> known_;  // by pid
  std::int64_t connections_ = 0;
};

// As the keyword `instances` of client_ping.
Value to_value(const std::vector<FoundInstance>& instances);

}  // namespace mega
