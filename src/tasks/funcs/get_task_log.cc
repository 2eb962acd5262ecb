// get_task_log(task_id=0, count=100) -> ([{task_id, host, start_time, ...}, ...], code)
//
// Runs of tasks, newest first. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", 0, "of that task; 0: of all"};
const Param<Natural> count{"count", 100, "the newest so many; 0: all"};

Result<Value> get_task_log(Context& context, const Args& args) {
  return all(context[task_store].task_log(args[task_id].number, args[count].number));
}

const Registered<Function> function{{
    .name = "get_task_log",
    .summary = "List the runs of tasks, newest first",
    .params = {task_id, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_task_log task_id=17",
    .detail = "Rows: task_id, host, start_time, end_time, stat (0 ok, else the exit code or -1), "
              "redo, comment.\n"
              "What daemons of 2014 report with task_log stands among them.",
    .run = get_task_log,
}};

}  // namespace
}  // namespace mega
