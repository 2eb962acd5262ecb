// Turns an order into a plan to start, by this host's rules, or into the reason for a refusal.
#pragma once

#include <string>

#include "base/result.h"
#include "tasks/agent/execution.h"
#include "tasks/agent/run_rules.h"
#include "tasks/agent/script_folder.h"
#include "tasks/agent/script_process.h"
#include "tasks/format/order.h"

namespace mega {

// The result of prepare().
struct Prepared {
  ScriptPlan plan;
  ExecutionLimits limits;
  std::string what;  // for the log and the journal: "disk.sh", or a command's program
};

// Errors: not_found when the script is missing or does not have the order's digest: the order may
// succeed once the server has sent the script. Any other error is the reason for a refusal.
Result<Prepared> prepare(const TaskOrder& order, const RunRules& rules, const ScriptFolder& folder);

}  // namespace mega
