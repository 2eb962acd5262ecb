#include "hosts/agent/instances.h"

#include "base/text.h"
#include "hosts/format/instance_limits.h"
#include "sql/greeting.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace mega {
namespace {

// Ports that servers open beside their main port: X protocol, MySQL's administrative port, Galera.
constexpr std::array<std::int64_t, 5> side_ports{33060, 33062, 4444, 4567, 4568};

// With less time a connection is not worth its cost to a server that would greet.
constexpr std::chrono::milliseconds patience_min{1};

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

// Any user chooses the names of folders and sockets.
std::string text_or_empty(const std::string& text, std::size_t bytes_max) {
  const bool is_text = text.size() <= bytes_max && is_utf8(text) && text.find('\0') == text.npos;
  return is_text ? text : std::string();
}

std::vector<FoundInstance> in_order(std::vector<FoundInstance> found) {
  if (found.size() > instances_max) {
    std::ranges::stable_sort(found, {},
                             [](const FoundInstance& each) { return each.version.empty(); });
    found.resize(instances_max);
  }
  std::ranges::sort(found, {},
                    [](const FoundInstance& each) { return std::tie(each.port, each.socket); });
  return found;
}

}  // namespace

std::vector<FoundInstance> InstanceFinder::find() {
  auto processes = find_database_processes(proc_);
  const auto sockets = sockets_of(processes, proc_);
  put_silent_last(processes);
  left_of_user_.clear();
  left_ = time_.all;
  std::map<std::int64_t, Known> known;
  std::map<std::int64_t, Silent> silent;
  std::vector<FoundInstance> found;
  for (const DatabaseProcess& process : processes) {
    const ServerSockets& own = sockets.at(process.pid);
    const auto before = known_.find(process.pid);
    const bool is_known = before != known_.end() && before->second.start == process.start &&
                          before->second.sockets == own;
    found.push_back(is_known ? before->second.instance : look_at(process, own));
    if (found.back().version.empty()) {
      silent[process.pid] = {.start = process.start, .times = times_silent(process) + 1};
    } else {
      known[process.pid] = {.start = process.start, .sockets = own, .instance = found.back()};
    }
  }
  known_ = std::move(known);
  silent_ = std::move(silent);
  return in_order(std::move(found));
}

int InstanceFinder::times_silent(const DatabaseProcess& process) const {
  const auto found = silent_.find(process.pid);
  return found != silent_.end() && found->second.start == process.start ? found->second.times : 0;
}

void InstanceFinder::put_silent_last(std::vector<DatabaseProcess>& processes) const {
  std::ranges::stable_sort(
      processes, {}, [this](const DatabaseProcess& process) { return times_silent(process); });
}

// A quarter of the time that is left, so that many silent sockets leave some of it to each other.
std::chrono::milliseconds InstanceFinder::patience_with(std::int64_t uid) const {
  const auto of_user = left_of_user_.find(uid);
  return std::min(left_, of_user == left_of_user_.end() ? time_.of_user : of_user->second) / 4;
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
    const std::string here = path_from_here(proc_, process, path);
    const auto connect = [&here](BlockingSocket::Moment until) {
      return BlockingSocket::connect_unix(here, until);
    };
    if (!is_greeted(connect, process.uid, instance)) continue;
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
      is_greeted_at(sockets, instance.port, process.uid, instance);
    }
    return;
  }
  const auto greeting = std::ranges::find_if(ports, [&](std::int64_t port) {
    return is_greeted_at(sockets, port, process.uid, instance);
  });
  if (greeting != ports.end()) instance.port = *greeting;
}

bool InstanceFinder::is_greeted_at(const ServerSockets& sockets, std::int64_t port,
                                   std::int64_t uid, FoundInstance& instance) {
  for (const TcpListener& listener : sockets.tcp) {
    if (listener.port != port) continue;
    const auto connect = [&listener](BlockingSocket::Moment until) {
      return BlockingSocket::connect_tcp(own_address(listener),
                                         static_cast<std::uint16_t>(listener.port), until);
    };
    if (is_greeted(connect, uid, instance)) return true;
  }
  return false;
}

// Whether a server of that user answers on the connection. A greeting with an error ("Too many
// connections") counts.
bool InstanceFinder::is_greeted(const Connect& connect, std::int64_t uid, FoundInstance& instance) {
  const auto patience = patience_with(uid);
  if (patience < patience_min) return false;
  const auto begun = std::chrono::steady_clock::now();
  auto connection = connect(begun + patience);
  if (connection) ++connections_;
  const auto greeting = connection ? read_greeting(*connection, begun + patience)
                                   : Result<Greeting>(fail(connection.error()));
  const auto taken =
      std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  if (!greeting) {
    left_ -= taken;
    left_of_user_.try_emplace(uid, time_.of_user).first->second -= taken;
    return false;
  }
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
            {"socket", text_or_empty(each.socket, instance_socket_bytes_max)},
            {"data", text_or_empty(each.data_folder, instance_folder_bytes_max)},
            {"type", text_or_empty(each.type, instance_type_bytes_max)},
            {"version", text_or_empty(each.version, instance_version_bytes_max)}};
    if (each.contained) map.set("contained", true);
    list.emplace_back(std::move(map));
  }
  return Value(std::move(list));
}

}  // namespace mega
