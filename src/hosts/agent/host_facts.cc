#include "hosts/agent/host_facts.h"

#include "base/file.h"
#include "base/host.h"

#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <limits>

namespace mega {
namespace {

constexpr std::size_t text_bytes_max = 1 << 20;

std::string text_of(const std::string& path) {
  return read_file(path, text_bytes_max).value_or("");
}

std::string kernel_name() {
  utsname kernel{};
  if (::uname(&kernel) != 0) return "";
  return fmt::format("{} {} {}", kernel.sysname, kernel.release, kernel.machine);
}

std::string os_name() {
  std::string name = parse_os_name(text_of("/etc/os-release"));
  return name.empty() ? parse_os_name(text_of("/usr/lib/os-release")) : name;
}

std::int64_t bytes_of(std::uint64_t blocks, std::uint64_t block_bytes) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (block_bytes != 0 && blocks > most / block_bytes) return static_cast<std::int64_t>(most);
  return static_cast<std::int64_t>(blocks * block_bytes);
}

// nullopt: statvfs() fails, or the file system has no size.
std::optional<Disk> disk_of(Mount mount) {
  struct statvfs facts {};
  if (::statvfs(mount.folder.c_str(), &facts) != 0 || facts.f_blocks == 0) return std::nullopt;
  const std::uint64_t used = facts.f_blocks - facts.f_bfree;
  const std::uint64_t usable = used + facts.f_bavail;
  const std::uint64_t percent =
      usable == 0 ? 100 : used / usable * 100 + (used % usable * 100 + usable - 1) / usable;
  return Disk{.mount = std::move(mount),
              .size_bytes = bytes_of(facts.f_blocks, facts.f_frsize),
              .free_bytes = bytes_of(facts.f_bavail, facts.f_frsize),
              .used_percent = static_cast<std::int64_t>(percent)};
}

Value value_of(const Memory& memory) {
  return Value(Map{{"total", memory.total_bytes},
                   {"available", memory.available_bytes},
                   {"swap_total", memory.swap_total_bytes},
                   {"swap_free", memory.swap_free_bytes}});
}

Value value_of(const Disk& disk) {
  return Value(Map{{"folder", disk.mount.folder},
                   {"device", disk.mount.device},
                   {"type", disk.mount.type},
                   {"size", disk.size_bytes},
                   {"free", disk.free_bytes},
                   {"used_percent", disk.used_percent}});
}

template <class Items>
List list_of(const Items& items) {
  List list;
  for (const auto& item : items) list.emplace_back(item);
  return list;
}

}  // namespace

HostFacts read_host_facts(const Clock& clock, const std::string& proc) {
  HostFacts facts{.name = host_name().value_or(""),
                  .os = os_name(),
                  .kernel = kernel_name(),
                  .cpus = ::sysconf(_SC_NPROCESSORS_ONLN),
                  .uptime_s = parse_uptime(text_of(proc + "/uptime")),
                  .load = parse_load(text_of(proc + "/loadavg")),
                  .memory = parse_memory(text_of(proc + "/meminfo")),
                  .disks = {},
                  .addresses = host_addresses(),
                  .clock = clock.now()};
  for (Mount& mount : parse_mounts(text_of(proc + "/mounts"))) {
    if (auto disk = disk_of(std::move(mount))) facts.disks.push_back(std::move(*disk));
  }
  return facts;
}

Map to_map(const HostFacts& facts) {
  Map map{{"name", facts.name}, {"os", facts.os}, {"kernel", facts.kernel}, {"cpus", facts.cpus}};
  if (facts.uptime_s) map.set("uptime", *facts.uptime_s);
  if (facts.load) map.set("load", list_of(*facts.load));
  if (facts.memory) map.set("memory", value_of(*facts.memory));
  List disks;
  for (const Disk& disk : facts.disks) disks.push_back(value_of(disk));
  map.set("disks", std::move(disks));
  map.set("addresses", list_of(facts.addresses));
  map.set("clock", facts.clock);
  return map;
}

}  // namespace mega
