// task_log(task_id, start_time, end_time, stat, redo=0, comment='') -> 1
//
// Records a run of a task. Comes with a later release.
#include "api/function.h"

namespace mega {
namespace {

const Param<Natural> task_id{"task_id", "id of the task"};
const Param<std::optional<Time>> start_time{"start_time", "when it started"};
const Param<std::optional<Time>> end_time{"end_time", "when it ended"};
const Param<std::int64_t> stat{"stat", "how it ended"};
const Param<Natural> redo{"redo", 0, "how often it was repeated"};
const Param<std::string> comment{"comment", "", "what it said"};

const Registered<Function> function{{
    .name = "task_log",
    .summary = "Record a run of a task",
    .params = {task_id, start_time, end_time, stat, redo, comment},
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .checks_host = true,  // the task's, which the store knows
    .shape = Shape::value,
}};

}  // namespace
}  // namespace mega
