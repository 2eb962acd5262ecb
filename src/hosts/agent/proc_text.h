// What the kernel says of the host in texts: /proc/uptime, loadavg, meminfo and mounts, and
// /etc/os-release. Pure; host_facts.h reads the files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The words of a line between blanks and tabs.
std::vector<std::string_view> words_of(std::string_view line);

// "350735.47 234388.90": seconds since the host was started.
std::optional<std::int64_t> parse_uptime(std::string_view text);

// "0.75 0.35 0.25 1/25 1747": of the last 1, 5 and 15 minutes.
std::optional<std::array<double, 3>> parse_load(std::string_view text);

struct Memory {
  std::int64_t total_bytes = 0;
  std::int64_t available_bytes = 0;  // without swapping; on kernels before 3.14 what is free
  std::int64_t swap_total_bytes = 0;
  std::int64_t swap_free_bytes = 0;
  friend bool operator==(const Memory&, const Memory&) = default;
};

// "MemTotal:  16318480 kB" and so on. nullopt: without MemTotal it is no meminfo.
std::optional<Memory> parse_memory(std::string_view text);

struct Mount {
  std::string device, folder, type;
  friend bool operator==(const Mount&, const Mount&) = default;
};

// The file systems that are of this host and may fill up, each device once, at its shortest path.
// Not those of memory and of the kernel, nor those of other hosts: a server that is gone would hold
// up who asks how full they are. An overlay counts as the root of a container only.
std::vector<Mount> parse_mounts(std::string_view text);

// PRETTY_NAME of /etc/os-release: "Debian GNU/Linux 12 (bookworm)". Empty: it says none.
std::string parse_os_name(std::string_view text);

}  // namespace mega
