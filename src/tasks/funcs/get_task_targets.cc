// get_task_targets(task_id) -> ([{host, ip, state, output, ...}, ...], code)
//
// The outcome of a task on each of its hosts. Errors: not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", "id of the task"};

Result<Value> get_task_targets(Context& context, const Args& args) {
  const std::int64_t id = args[task_id].number;
  auto rows = context[task_store].task_targets(id);
  if (rows && rows->size() == 0) return fail(Errc::not_found, "there is no task {}", id);
  return all(std::move(rows));
}

const Registered<Function> function{{
    .name = "get_task_targets",
    .summary = "Tell what came of a task on each host",
    .params = {task_id},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_task_targets task_id=17",
    .detail =
        "Rows: host, ip, agent, cluster, state (waiting, running; ok, failed, timed_out, "
        "unreachable,\n"
        "expired, cancelled, refused, lost), reason, exit_code, signal, output, errors, "
        "output_cut,\n"
        "errors_cut, attempt, started, ended, cpu_ms, peak_memory_kib, later (of one that is lost, "
        "what its\n"
        "daemon told afterwards: a map of state, reason, exit_code, output and so on, and "
        "reported, when).",
    .run = get_task_targets,
}};

}  // namespace
}  // namespace mega
