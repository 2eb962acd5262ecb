// update_backupinfo(task_info, action='INSERT') -> id
//
// Records a run of a backup. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<Value> task_info{"task_info", "the run: a map"};
const Param<std::string> action{"action", "INSERT", "INSERT or UPDATE"};

const Registered<Function> function{{
    .name = "update_backupinfo",
    .summary = "Record a run of a backup",
    .params = {task_info, action},
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .checks_host = true,  // the host is in task_info, or in the store
    .shape = Shape::value,
    .detail =
        "INSERT answers the new run's id; UPDATE changes what is given of the run with that id.",
}};

}  // namespace
}  // namespace mega
