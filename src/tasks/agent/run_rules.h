// The rules of this host for running scripts: the settings under [run]. An order cannot widen them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.h"
#include "tasks/format/order.h"
#include "tasks/format/outcome_limits.h"

namespace mega {

struct RunRules {
  std::string script_folder = "/var/lib/mega/scripts";
  bool allow_commands = false;
  bool unsigned_scripts = true;
  std::string user;                    // empty: the daemon's user
  std::vector<std::string> users;      // users that an order may name besides; "*": any user
  std::vector<std::string> variables;  // variables that an order may set besides MEGA_...
  std::string folder = "/";
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::string python = "python3", bash = "bash", perl = "perl";
  std::chrono::milliseconds time_limit = std::chrono::hours(1);
  std::chrono::milliseconds grace = std::chrono::seconds(10);
  std::size_t output_bytes = 1 << 20;
  std::size_t parallel = 32;
  std::size_t waiting = 1000;
  std::uint64_t processes = 4096;  // and threads, of a script's user unless root; 0: no limit
  std::chrono::seconds keep_outcomes = outcomes_kept;
  std::string cgroup{};  // no setting: own_cgroup(), for the cgroups of scripts
};

RunRules run_rules(const Settings& settings);

}  // namespace mega
