// Starting a script as a child, under a supervisor (agent/supervise.h).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace mega {

// The user and groups that a script runs as.
struct Account {
  std::string name;  // empty: a number that /etc/passwd does not know
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups{};
  std::string home = "/";
};

struct ScriptPlan {
  std::string program;                   // a path with a slash
  std::vector<std::string> arguments;    // the first is the program's name
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::string folder = "/";
  std::optional<Account> account{};    // nullopt: the daemon's own user
  std::optional<std::string> input{};  // nullopt: /dev/null
  bool merged = false;                 // errors go where the output goes
  int nice = 0;
  std::chrono::milliseconds grace{10000};  // before SIGKILL, should the daemon end meanwhile
};

// All descriptors are non-blocking.
struct ScriptProcess {
  pid_t supervisor = -1;  // to be waited for behind the end of file of control
  Descriptor control;
  Descriptor output;
  Descriptor errors;  // none when they are merged
};

// Whether the program could be started, control tells later. SIGPIPE need not be ignored. Errors:
// failed, when the system lacks memory, processes or files.
Result<ScriptProcess> start_script(const ScriptPlan& plan);

}  // namespace mega
