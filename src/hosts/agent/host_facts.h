// The facts about its host that a daemon sends with each heartbeat, beside the database instances
// (instances.h). They are read anew each time: a few small files and one statvfs() per file system.
#pragma once

#include "base/clock.h"
#include "hosts/agent/proc_text.h"
#include "value/value.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

struct Disk {
  Mount mount;
  std::int64_t size_bytes = 0;
  std::int64_t free_bytes = 0;    // for users other than root
  std::int64_t used_percent = 0;  // rounded up as df does, of the space not reserved for root
};

struct HostFacts {
  std::string name;
  std::string os;      // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;  // "Linux 6.1.0-18-amd64 x86_64"
  std::int64_t cpus = 0;
  std::optional<std::int64_t> uptime_s;
  std::optional<std::array<double, 3>> load;
  std::optional<Memory> memory;
  std::vector<Disk> disks;
  std::vector<std::string> addresses;  // without loopback and link-local addresses
  Time clock;
};

// Facts that cannot be read stay empty: a heartbeat with fewer facts is better than none. `proc` is
// where procfs is mounted. Blocks for one statvfs() per local file system.
HostFacts read_host_facts(const Clock& clock, const std::string& proc = "/proc");

// The keywords of client_ping: name, os, kernel, cpus, uptime, load, memory, disks,
// addresses, clock.
Map to_map(const HostFacts& facts);

}  // namespace mega
