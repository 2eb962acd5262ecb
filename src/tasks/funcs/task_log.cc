// task_log(task_id, start_time, end_time, stat, redo=0, comment='') -> 1
//
// Records a run of a task, as daemons of 2014 report it; mega's own daemons do not call it. Errors:
// not_allowed for a task that does not concern the caller's host; unavailable (store).
#include "api/function.h"
#include "base/text.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", "id of the task"};
const Param<std::optional<Time>> start_time{"start_time", "when it started"};
const Param<std::optional<Time>> end_time{"end_time", "when it ended"};
const Param<std::int64_t> stat{"stat", "how it ended"};
const Param<Natural> redo{"redo", 0, "how often it was repeated"};
const Param<std::string> comment{"comment", "", "what it said",
                                 BytesMax{.count = 4 << 10, .cut = true}};

Result<Value> task_log(Context& context, const Args& args) {
  const bool anybody = context.caller.role == Role::admin;
  const auto added =
      context[task_store].add_task_log(context.author,
                                       {.task = args[task_id].number,
                                        .start_time = args[start_time],
                                        .end_time = args[end_time],
                                        .stat = args[stat],
                                        .redo = args[redo].number,
                                        .comment = args[comment]},
                                       anybody ? std::string() : context.caller.address);
  if (!added) return fail(added.error());
  return Value(1);
}

const Registered<Function> function{{
    .name = "task_log",
    .summary = "Record a run of a task",
    .params = {task_id, start_time, end_time, stat, redo, comment},
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .checks_host = true,  // the store checks it against the task's hosts
    .shape = Shape::value,
    .example = "mega call task_log \"17,'2014-07-31 14:13:07','2014-07-31 14:14:00',0\"",
    .detail = "For daemons of 2014: ours tell what came of a task in their answer. get_task_log "
              "lists them.",
    .run = task_log,
}};

}  // namespace
}  // namespace mega
