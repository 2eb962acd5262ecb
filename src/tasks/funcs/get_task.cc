// get_task(task_id) -> ({id, state, what, ...}, code)
//
// One task. Errors: not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", "id of the task"};

Result<Value> get_task(Context& context, const Args& args) {
  const std::int64_t id = args[task_id].number;
  return one(context[task_store].task(id), [&] { return fmt::format("task {}", id); });
}

const Registered<Function> function{{
    .name = "get_task",
    .summary = "Tell how a task stands",
    .params = {task_id},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_task task_id=17",
    .detail = "A row as in get_all_task.",
    .run = get_task,
}};

}  // namespace
}  // namespace mega
