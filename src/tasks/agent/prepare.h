// An order and this host's rules -> what is started, or why not.
#pragma once

#include <string>

#include "base/result.h"
#include "tasks/agent/execution.h"
#include "tasks/agent/run_rules.h"
#include "tasks/agent/script_folder.h"
#include "tasks/agent/script_process.h"
#include "tasks/format/order.h"

namespace mega {

// What an order becomes on this host.
struct Prepared {
  ScriptPlan plan;
  ExecutionLimits limits;
  std::string what;  // for the log and the journal: "disk.sh"; of a command, its program
};

// Errors: not_found when the script is missing or is not the one of the order's digest: sent to
// this host first, the order may succeed. Any other says why this host does not run it.
Result<Prepared> prepare(const TaskOrder& order, const RunRules& rules, const ScriptFolder& folder);

}  // namespace mega
