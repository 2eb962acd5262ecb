// The MySQL and MariaDB instances on this host: one per server process, also when several run on
// one host.
//
// The program identifies a server process (database_process.h); its listening sockets give the port
// and the unix socket; its greeting (sql/greeting.h) gives the version. Other ports (the X
// protocol, Galera, other programs) send no greeting and are not reported as instances.
//
// A connection that is closed after the greeting counts as an aborted connection. After
// max_connect_errors of them the server blocks the client's host, but never loopback. So the
// greeting is read once per start of a server: over its unix socket if there is one, otherwise over
// loopback if the server listens there.
//
// A server in a container's network is reported with `contained`: its port is the one inside, which
// may be unreachable from outside, so it is not proposed for the inventory. Its greeting is read
// over its unix socket if this process may open that.
//
// Any user may run a program named mysqld. So the time that silent sockets may take is limited for
// each user, a server that has been silent comes after the others, and a heartbeat leaves out what
// the server of the site would refuse it for (hosts/format/instance_limits.h).
//
// If the daemon may not read a server's descriptors (it does not run as root), the listening
// sockets of the server's user are used instead.
#pragma once

#include "base/result.h"
#include "hosts/agent/database_process.h"
#include "hosts/agent/server_sockets.h"
#include "net/blocking_socket.h"
#include "value/value.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mega {

struct FoundInstance {
  std::int64_t port = 0;  // 0: the server listens on no port, or the port is unknown
  std::string socket;     // path of its unix socket; for `contained`, inside the container
  std::string data_folder;
  std::string type;     // "MySQL", "MariaDB"; empty without a greeting
  std::string version;  // "10.11.6-MariaDB-log"; empty without a greeting
  bool contained = false;
  friend bool operator==(const FoundInstance&, const FoundInstance&) = default;
};

// How long find() waits for servers that do not greet.
struct GreetingTime {
  std::chrono::milliseconds of_user{2000};  // for all servers of one user
  std::chrono::milliseconds all{4000};
};

// Caches the greetings. Not thread-safe.
class InstanceFinder {
 public:
  explicit InstanceFinder(std::string proc = "/proc", GreetingTime time = {})
      : proc_(std::move(proc)), time_(time) {}

  // The instances, ordered by port, then by unix socket; at most instances_max, those with a
  // greeting first. Blocks for at most `time.all`.
  std::vector<FoundInstance> find();

  // The number of connections made to read greetings.
  std::int64_t connections() const { return connections_; }

 private:
  using Connect = std::function<Result<BlockingSocket>(BlockingSocket::Moment until)>;

  // The cached result for a server; valid while its start time and its sockets are unchanged.
  struct Known {
    std::uint64_t start = 0;
    ServerSockets sockets;
    FoundInstance instance;
  };

  // A server without a greeting.
  struct Silent {
    std::uint64_t start = 0;
    int times = 0;
  };

  int times_silent(const DatabaseProcess& process) const;
  void put_silent_last(std::vector<DatabaseProcess>& processes) const;
  FoundInstance look_at(const DatabaseProcess& process, const ServerSockets& sockets);
  void find_socket(const DatabaseProcess& process, const ServerSockets& sockets,
                   FoundInstance& instance);
  void find_port(const DatabaseProcess& process, const ServerSockets& sockets,
                 FoundInstance& instance);
  bool is_greeted(const Connect& connect, std::int64_t uid, FoundInstance& instance);
  bool is_greeted_at(const ServerSockets& sockets, std::int64_t port, std::int64_t uid,
                     FoundInstance& instance);
  std::chrono::milliseconds patience_with(std::int64_t uid) const;

  std::string proc_;
  GreetingTime time_;
  std::map<std::int64_t, Known> known_;    // by pid
  std::map<std::int64_t, Silent> silent_;  // by pid
  // Of the current find(): the time that is left, by user and in all.
  std::map<std::int64_t, std::chrono::milliseconds> left_of_user_;
  std::chrono::milliseconds left_{0};
  std::int64_t connections_ = 0;
};

// The keyword `instances` of client_ping. Texts that the server of the site would refuse are empty.
Value to_value(const std::vector<FoundInstance>& instances);

}  // namespace mega
