// What a daemon tells of its host with each heartbeat, beside the database instances
// (instances.h): read anew each time, a few small files and one question for each file system.
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
  std::int64_t used_percent = 0;  // as df rounds it: up, of what is not reserved for root
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
  std::vector<std::string> addresses;  // as others may know the host: neither loopback nor link
  Time clock;
};

// What this host does not tell stays empty: a heartbeat with less in it is better than none. `proc`
// is where the kernel tells. Blocks as long as a local file system takes to say how full it is.
HostFacts read_host_facts(const Clock& clock, const std::string& proc = "/proc");

// As the keywords of client_ping: name, os, kernel, cpus, uptime, load, memory, disks, addresses,
// clock.
Map to_map(const HostFacts& facts);

}  // namespace mega
