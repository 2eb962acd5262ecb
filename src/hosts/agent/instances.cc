#include "hosts/agent/instances.h"

#include "base/text.h"
#include "sql/greeting.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace mega {
namespace {

// Ports that servers open beside their main port: X protocol, MySQL's administrative port, Galera.
constexpr std::array<std::int64_t, 5> side_ports{33060, 33062, 4444, 4567, 4568};

bool is_side_port(std::int64_t port) {
  return std::ranges::find(side_ports, port) != side_ports.end();
}

Result<Greeting> read_greeting(BlockingSocket& connection, BlockingSocket::Moment until) {
  std::string bytes;
  std::array<char, greeting_bytes_max> chunk;
  while (bytes.size() < greeting_bytes_max) {
    const auto got = connection.receive(chunk.data(), chunk.size(), until);
    if (!got) return fail(got.error());
    if (*got == 0) return fail(Errc::corrupt, "it closed without a greeting");
    bytes.append(chunk.data(), *got);
    auto greeting = parse_greeting(bytes);
    if (!greeting) return fail(greeting.error());
    if (*greeting) return **std::move(greeting);
  }
  return fail(Errc::corrupt, "its greeting is too long");
}

// The socket's path as this process sees it; a server in a container has another root directory.
std::string path_from_here(const std::string& proc, const DatabaseProcess& process,
                           const std::string& path) {
  struct stat facts {};
  const bool is_here = ::stat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode);
  return is_here && !process.contained ? path
                                       : fmt::format("{}/{}/root{}", proc, process.pid, path);
}

// Sorted: the path of --socket first, sockets of the X protocol last.
std::vector<std::string> socket_paths(const DatabaseProcess& process,
                                      const ServerSockets& sockets) {
  std::vector<std::string> paths;
  for (const UnixListener& each : sockets.local) paths.push_back(each.path);
  const auto named = option_of(process.command, "socket");
  std::ranges::stable_sort(paths, {}, [&](const std::string& path) {
    return std::tuple(path != named, path.find("mysqlx") != path.npos);
  });
  return paths;
}

// The address by which this host reaches the listener: loopback if possible, which the server
// never blocks.
std::string own_address(const TcpListener& listener) {
  if (listener.address == "0.0.0.0") return "127.0.0.1";
  return listener.address == "::" ? "::1" : listener.address;
}

}  // namespace

std::vector<FoundInstance> InstanceFinder::find() {
  const auto processes = find_database_processes(proc_);
  const auto sockets = sockets_of(processes, proc_);
  std::map<std::int64_t, Known> known;
  std::vector<FoundInstance> found;
  for (const DatabaseProcess& process : processes) {
    const ServerSockets& own = sockets.at(process.pid);
    const auto before = known_.find(process.pid);
    const bool is_known = before != known_.end() && before->second.start == process.start &&
                          before->second.sockets == own;
    found.push_back(is_known ? before->second.instance : look_at(process, own));
    if (!found.back().version.empty()) {
      known[process.pid] = {.start = process.start, .sockets = own, .instance = found.back()};
    }
  }
  known_ = std::move(known);
  std::ranges::sort(found, {},
                    [](const FoundInstance& each) { return std::tie(each.port, each.socket); });
  return found;
}

FoundInstance InstanceFinder::look_at(const DatabaseProcess& process,
                                      const ServerSockets& sockets) {
  FoundInstance instance;
  instance.contained = process.contained;
  instance.data_folder =
      process.folder.empty() ? option_of(process.command, "datadir").value_or("") : process.folder;
  find_socket(process, sockets, instance);
  find_port(process, sockets, instance);
  return instance;
}

void InstanceFinder::find_socket(const DatabaseProcess& process, const ServerSockets& sockets,
                                 FoundInstance& instance) {
  const auto paths = socket_paths(process, sockets);
  if (!paths.empty()) instance.socket = paths.front();
  for (const std::string& path : paths) {
    const auto until = std::chrono::steady_clock::now() + greeting_time_;
    const std::string here = path_from_here(proc_, process, path);
    if (!is_greeted(BlockingSocket::connect_unix(here, until), instance)) continue;
    instance.socket = path;
    return;
  }
}

void InstanceFinder::find_port(const DatabaseProcess& process, const ServerSockets& sockets,
                               FoundInstance& instance) {
  auto ports = sockets.ports();
  std::ranges::stable_sort(ports, {}, is_side_port);
  if (ports.empty()) return;
  const auto named = parse_integer(option_of(process.command, "port").value_or(""));
  const bool is_named = named && std::ranges::find(ports, *named) != ports.end();
  const bool is_clear = is_named || (ports.size() == 1 && !is_side_port(ports.front()));
  if (is_clear || process.contained) {
    instance.port = is_named ? static_cast<std::int64_t>(*named) : ports.front();
    // Reads no greeting of a port inside a container, and none when the unix socket gave one.
    if (instance.version.empty() && !process.contained) {
      is_greeted_at(sockets, instance.port, instance);
    }
    return;
  }
  const auto greeting = std::ranges::find_if(
      ports, [&](std::int64_t port) { return is_greeted_at(sockets, port, instance); });
  if (greeting != ports.end()) instance.port = *greeting;
}

bool InstanceFinder::is_greeted_at(const ServerSockets& sockets, std::int64_t port,
                                   FoundInstance& instance) {
  for (const TcpListener& listener : sockets.tcp) {
    if (listener.port != port) continue;
    const auto until = std::chrono::steady_clock::now() + greeting_time_;
    if (is_greeted(BlockingSocket::connect_tcp(own_address(listener),
                                               static_cast<std::uint16_t>(port), until),
                   instance)) {
      return true;
    }
  }
  return false;
}

// Whether a server answers on the connection. A greeting with an error ("Too many
// connections") counts.
bool InstanceFinder::is_greeted(Result<BlockingSocket> connection, FoundInstance& instance) {
  if (!connection) return false;
  ++connections_;
  const auto until = std::chrono::steady_clock::now() + greeting_time_;
  const auto greeting = read_greeting(*connection, until);
  if (!greeting) return false;
  if (!greeting->version.empty()) {
    instance.version = greeting->version;
    instance.type = database_type(greeting->version);
  }
  return true;
}

Value to_value(const std::vector<FoundInstance>& instances) {
  List list;
  for (const FoundInstance& each : instances) {
    Map map{{"port", each.port},
            {"socket", each.socket},
            {"data", each.data_folder},
            {"type", each.type},
            {"version", each.version}};
    if (each.contained) map.set("contained", true);
    list.emplace_back(std::move(map));
  }
  return Value(std::move(list));
}

}  // namespace mega
