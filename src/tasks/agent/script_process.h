// Starts a script as a child process, under a supervisor (tasks/agent/supervise.h).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace mega {

// The user that a script runs as.
struct Account {
  std::string name;  // empty: the uid is not in /etc/passwd
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups{};
  std::string home = "/";
};

struct ScriptPlan {
  std::string program;                   // a path that contains a slash
  std::vector<std::string> arguments;    // the first is argv[0]
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::string folder = "/";
  std::optional<Account> account{};    // nullopt: the daemon's account
  std::optional<std::string> input{};  // nullopt: /dev/null
  bool merged = false;                 // standard error goes to standard output
  bool sh_for_plain_text = false;      // sh runs a program that has no first line with #!
  int nice = 0;
  std::string cgroup{};             // folder under which the script gets a cgroup; empty: none
  std::uint64_t processes_max = 0;  // of the script's user, unless root; 0: as the daemon's
  std::chrono::milliseconds grace{10000};  // before SIGKILL, if the daemon ends meanwhile
};

// All descriptors are non-blocking.
struct ScriptProcess {
  pid_t supervisor = -1;  // call waitpid() after end of file on control
  Descriptor control;
  Descriptor output;
  Descriptor errors;  // empty if merged
};

// Returns before the program runs: `control` reports whether it could be started. SIGPIPE need not
// be ignored. Errors: failed when the system lacks memory, processes or files.
Result<ScriptProcess> start_script(const ScriptPlan& plan);

}  // namespace mega
