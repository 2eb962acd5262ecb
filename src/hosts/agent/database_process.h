// The processes of MySQL and MariaDB servers on this host, from /proc.
//
// A user sees of other users' processes their names and command lines only; root sees all. What may
// not be read is left empty, never guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct DatabaseProcess {
  std::int64_t pid = 0;
  std::uint64_t start = 0;  // in ticks since the host was started: pids are given out again
  std::int64_t uid = 0;
  std::vector<std::string> command;                   // program and arguments
  std::string folder;                                 // where it works, which is its data folder
  bool contained = false;                             // in a network of its own, as in a container
  std::optional<std::vector<std::uint64_t>> sockets;  // inodes; nullopt: they may not be read
};

std::vector<DatabaseProcess> find_database_processes(const std::string& proc = "/proc");

// --- pure ---

// "mysqld", "mariadbd", also with a version behind a hyphen; not mysqld_safe, mysqld_exporter, ...
bool is_database_program(std::string_view name);

// Of "--datadir=/srv/db" or "--datadir /srv/db"; the last one counts, as it does to the server.
// '-' and '_' are the same in the names of options.
std::optional<std::string> option_of(const std::vector<std::string>& command,
                                     std::string_view name);

struct ProcessStat {
  char state = '?';
  std::uint64_t start = 0;
};

// /proc/PID/stat, where the name in parentheses may hold anything.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace mega
