// The daemon's functions for tasks and scripts. docs/PROTOCOL.md, "What a daemon answers".
//
//   run {order}           parts ["waiting", limits], ["started", limits], ["out", bytes] and
//                         ["err", bytes], at the end ["end", outcome]
//   cancel {id}           true
//   outcome {id}          {"state": "running"}, or the outcome
//   put_script {name, content, digest, signature}
//   list_scripts {}       rows
//   remove_script {name}
#pragma once

#include "api/agent_functions.h"
#include "tasks/agent/runner.h"

namespace mega {

// The runner must outlive the functions.
void add_task_functions(AgentFunctions& functions, Runner& runner);

}  // namespace mega
