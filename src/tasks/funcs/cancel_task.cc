// cancel_task(task_id) -> code
//
// Ends a task: waiting hosts do not start it, running hosts end it. Errors: not_found; refused for
// a task that has ended; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "base/text.h"
#include "tasks/server/tasks.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<Tasks> task_driver{"tasks under way"};

const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", "id of the task"};

Result<Value> cancel_task(Context& context, const Args& args) {
  const std::int64_t id = args[task_id].number;
  const auto noted = context[task_store].cancel_task(context.author, id);
  if (!noted) return fail(noted.error());
  if (!*noted) return fail(Errc::refused, "task {} has ended already", id);
  if (auto* driver = context.find(task_driver)) driver->look();
  return Value(code_done);
}

Result<std::vector<std::vector<std::string>>> find_hosts(const Services& services,
                                                         const Args& args) {
  const auto rows = services[task_store].task_targets(args[task_id].number);
  if (!rows) return fail(rows.error());
  std::vector<std::vector<std::string>> hosts;
  const std::size_t width = rows->columns->size();
  for (std::size_t at = 0; at < rows->cells.size(); at += width) {
    hosts.push_back({});
    for (std::size_t column = 0; column < 3; ++column) {  // host, ip, agent
      hosts.back().push_back(to_lower(*rows->cells[at + column].as<std::string>()));
    }
  }
  return hosts;
}

const Registered<Function> function{{
    .name = "cancel_task",
    .summary = "End a task",
    .params = {task_id},
    .permission = Permission::run,
    .changes = true,
    .find_hosts = find_hosts,
    .shape = Shape::code,
    .example = "mega call cancel_task task_id=17",
    .detail = "Hosts that wait do not start it; where it runs it is ended with all its children.",
    .run = cancel_task,
}};

}  // namespace
}  // namespace mega
