// The daemon: owns the connection to the server, the runner and the doors; opens, serves, stops.
#pragma once

#include "base/result.h"
#include "base/service_manager.h"
#include "base/settings.h"

#include <functional>
#include <string>

namespace mega {

struct AgentStart {
  ServiceManager manager;
  // Called once with "ready tcp=ADDRESS:PORT unix=PATH", when the daemon serves, connected or not.
  std::function<void(const std::string& line)> ready;
  // The log file if no setting names one; empty: standard error.
  std::string log_file;
};

// Runs until SIGTERM or SIGINT, then ends running scripts and returns. A second signal exits at
// once. Errors: not_allowed for a host that has not joined a site as an agent; refused when another
// daemon runs on the folder; one sentence for a taken port or an unwritable folder.
Result<void> run_agent(const Settings& settings, AgentStart start);

}  // namespace mega
