// The processes of MySQL and MariaDB servers on this host, from /proc.
//
// Root can read all of /proc; another user can read only the names and command lines of other
// users' processes. Unreadable fields stay empty and are never guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct DatabaseProcess {
  std::int64_t pid = 0;
  std::uint64_t start = 0;  // in ticks since boot; differs for a reused pid
  std::int64_t uid = 0;
  std::vector<std::string> command;  // program and arguments
  std::string folder;                // working directory, which is the data folder
  bool contained = false;            // in another network namespace, as in a container
  std::optional<std::vector<std::uint64_t>> sockets;  // inodes; nullopt: unreadable
};

std::vector<DatabaseProcess> find_database_processes(const std::string& proc = "/proc");

// --- pure ---

// True for "mysqld" and "mariadbd", also with a version behind a hyphen; false for mysqld_safe,
// mysqld_exporter, ...
bool is_database_program(std::string_view name);

// The value of an option: of "--datadir=/srv/db" or "--datadir /srv/db". The last occurrence
// counts, as for the server. '-' and '_' are equal in option names.
std::optional<std::string> option_of(const std::vector<std::string>& command,
                                     std::string_view name);

struct ProcessStat {
  char state = '?';
  std::uint64_t start = 0;
};

// Parses /proc/PID/stat; the name in parentheses may contain any characters.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace mega
