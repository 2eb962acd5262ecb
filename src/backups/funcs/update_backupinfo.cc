// update_backupinfo(task_info, action='INSERT') -> id
//
// Records a run of a backup. Comes with a later release.
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
    .checks_host = true,  // it stands in task_info, or the store knows it
    .shape = Shape::value,
    .detail =
        "INSERT answers the new run's id; UPDATE changes what is given of the run with that id.",
}};

}  // namespace
}  // namespace mega
