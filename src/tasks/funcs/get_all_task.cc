// get_all_task(model=None, stat=0, count=0) -> ([{id, state, what, ...}, ...], code)
//
// Tasks, newest first. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 those that go on, 2 those that have ended"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_task(Context& context, const Args& args) {
  return all(context[task_store].tasks(args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_task",
    .summary = "List tasks, newest first",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_task stat=1",
    .detail = "Rows: id, state (running, done, stopped, cancelled), what, hosts, then how many of "
              "these are\n"
              "running, ok, failed, unreachable, cancelled; created, created_by, ended, expires, "
              "batch,\n"
              "per_cluster, failures_max, again_of.",
    .run = get_all_task,
}};

}  // namespace
}  // namespace mega
