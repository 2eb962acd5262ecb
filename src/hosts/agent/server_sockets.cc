#include "hosts/agent/server_sockets.h"

#include "base/file.h"
#include "base/text.h"

#include <sys/stat.h>

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t text_bytes_max = 64 << 20;

bool holds(const std::vector<std::uint64_t>& inodes, std::uint64_t inode) {
  return std::ranges::find(inodes, inode) != inodes.end();
}

ServerSockets by_inode(const ServerSockets& all, const std::vector<std::uint64_t>& inodes) {
  ServerSockets own;
  for (const auto& each : all.tcp) {
    if (holds(inodes, each.inode)) own.tcp.push_back(each);
  }
  for (const auto& each : all.local) {
    if (holds(inodes, each.inode)) own.local.push_back(each);
  }
  return own;
}

bool belongs_to(const std::string& path, std::int64_t uid) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode) && facts.st_uid == uid;
}

// Moves the elements that fit from `from` to `into`.
template <class Listener, class Fits>
void take(std::vector<Listener>& from, std::vector<Listener>& into, const Fits& fits) {
  std::erase_if(from, [&](const Listener& each) {
    if (!fits(each)) return false;
    into.push_back(each);
    return true;
  });
}

// Takes the sockets that the command line names, before take_by_user() guesses.
void take_named(const DatabaseProcess& process, ServerSockets& free, ServerSockets& own) {
  const auto port = parse_integer(option_of(process.command, "port").value_or(""));
  take(free.tcp, own.tcp,
       [&](const auto& each) { return each.port == port && each.uid == process.uid; });
  const auto path = option_of(process.command, "socket");
  take(free.local, own.local, [&](const auto& each) { return each.path == path; });
}

// A process that is alone of its user takes all sockets of that user. Of several such processes
// each takes one port. Sockets of root are never taken: many programs run as root.
void take_by_user(const DatabaseProcess& process, bool alone, ServerSockets& free,
                  ServerSockets& own) {
  if (process.uid == 0) return;
  if (alone || own.tcp.empty()) {
    std::optional<std::int64_t> port;
    take(free.tcp, own.tcp, [&](const auto& each) {
      if (each.uid != process.uid || (!alone && port && each.port != *port)) return false;
      port = each.port;
      return true;
    });
  }
  if (alone && own.local.empty()) {
    take(free.local, own.local,
         [&](const auto& each) { return belongs_to(each.path, process.uid); });
  }
}

}  // namespace

std::vector<std::int64_t> ServerSockets::ports() const {
  std::vector<std::int64_t> all;
  for (const TcpListener& each : tcp) all.push_back(each.port);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

ServerSockets read_listeners(const std::string& net_folder) {
  const auto text = [&](const char* name) {
    return read_file(net_folder + "/" + name, text_bytes_max).value_or("");
  };
  ServerSockets all{parse_tcp_listeners(text("tcp")), parse_unix_listeners(text("unix"))};
  for (TcpListener& each : parse_tcp_listeners(text("tcp6"))) all.tcp.push_back(std::move(each));
  return all;
}

std::map<std::int64_t, ServerSockets> sockets_of(const std::vector<DatabaseProcess>& processes,
                                                 const std::string& proc) {
  if (processes.empty()) return {};
  std::map<std::int64_t, ServerSockets> found;
  ServerSockets free = read_listeners(proc + "/net");
  std::vector<const DatabaseProcess*> unreadable;
  for (const DatabaseProcess& process : processes) {
    if (!process.sockets) {
      unreadable.push_back(&process);
      continue;
    }
    const std::string net = fmt::format("{}/{}/net", proc, process.pid);
    found[process.pid] = by_inode(process.contained ? read_listeners(net) : free, *process.sockets);
  }
  for (const auto* process : unreadable) take_named(*process, free, found[process->pid]);
  for (const auto* process : unreadable) {
    const auto of_user = std::ranges::count(unreadable, process->uid, &DatabaseProcess::uid);
    take_by_user(*process, of_user == 1, free, found[process->pid]);
  }
  return found;
}

}  // namespace mega
