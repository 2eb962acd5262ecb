// Parsers for /proc/uptime, loadavg, meminfo and mounts, and for /etc/os-release. Pure;
// host_facts.h reads the files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The words of a line, separated by blanks and tabs.
std::vector<std::string_view> words_of(std::string_view line);

// Parses "350735.47 234388.90"; the seconds since the host booted.
std::optional<std::int64_t> parse_uptime(std::string_view text);

// Parses "0.75 0.35 0.25 1/25 1747"; the load of the last 1, 5 and 15 minutes.
std::optional<std::array<double, 3>> parse_load(std::string_view text);

struct Memory {
  std::int64_t total_bytes = 0;
  std::int64_t available_bytes = 0;  // without swapping; before Linux 3.14 the free memory
  std::int64_t swap_total_bytes = 0;
  std::int64_t swap_free_bytes = 0;
  friend bool operator==(const Memory&, const Memory&) = default;
};

// Parses "MemTotal:  16318480 kB" and so on. nullopt: MemTotal is missing.
std::optional<Memory> parse_memory(std::string_view text);

struct Mount {
  std::string device, folder, type;
  friend bool operator==(const Mount&, const Mount&) = default;
};

// The local file systems that can fill up, each device once, at its shortest path. Excludes memory
// and kernel file systems, and network file systems, on which statvfs() would hang when their
// server is gone. An overlay counts only as the root of a container.
std::vector<Mount> parse_mounts(std::string_view text);

// PRETTY_NAME of /etc/os-release: "Debian GNU/Linux 12 (bookworm)". Empty: missing.
std::string parse_os_name(std::string_view text);

}  // namespace mega
