// The daemon: owns the connection to the server, the runner and the doors; opens, serves, stops. A
// list of steps.
#pragma once

#include "base/result.h"
#include "base/service_manager.h"
#include "base/settings.h"

#include <functional>
#include <string>

namespace mega {

struct AgentStart {
  ServiceManager manager;
  // Told once, "ready tcp=ADDRESS:PORT unix=PATH", when the daemon serves, connected or not.
  std::function<void(const std::string& line)> ready;
  // Where the log goes when no setting says; empty: standard error.
  std::string log_file;
};

// Runs until SIGTERM or SIGINT: then scripts that run are ended, and it returns. A second signal
// leaves at once. Errors: not_allowed for a host that has not joined a site as an agent; refused
// when a daemon runs on the folder; a sentence each for a taken port, an unwritable folder.
Result<void> run_agent(const Settings& settings, AgentStart start);

}  // namespace mega
