// again_task(task_id, all=False) -> id
//
// Repeats a task on those of its hosts where it did not end ok, or on all. Errors: not_found;
// refused for one that has not ended, or had an input.
#include "funcs/task_request.h"

namespace mega {
namespace {

const Param<Natural> task_id{"task_id", "id of the task"};
const Param<bool> all{"all", false, "on all of its hosts, also where it ended ok"};

// Hosts are what they are now: addresses and clusters change. Those of the inventory are told by
// their addresses; others may share one.
Result<std::vector<TaskHost>> hosts_now(const Store& store, const std::vector<TaskHost>& hosts) {
  std::vector<std::string> addresses, names;
  for (const TaskHost& host : hosts) {
    addresses.push_back(host.ip.empty() ? host.host : host.ip);
    names.push_back(host.host);
  }
  auto found = store.task_hosts(addresses);
  if (found || found.error().code == Errc::refused) return found;
  auto by_name = store.task_hosts(names);
  return by_name ? std::move(by_name) : std::move(found);
}

Result<NewTask> task_of(const Store& store, const Args& args) {
  auto task = store.task_again(args[task_id].number, args[all]);
  if (!task) return task;
  auto hosts = hosts_now(store, task->hosts);
  if (!hosts) return fail(hosts.error());
  task->hosts = *std::move(hosts);
  return task;
}

Result<HostNames> find_hosts(const Store& store, const Args& args) {
  const auto task = task_of(store, args);
  if (!task) return fail(task.error());
  return names_of(task->hosts);
}

Result<Value> again_task(Context& context, const Args& args) {
  auto task = task_of(context.store, args);
  if (!task) return fail(task.error());
  const auto id = begin_task(context, *std::move(task));
  if (!id) return fail(id.error());
  return Value(*id);
}

const Registered<Function> function{{
    .name = "again_task",
    .summary = "Repeat a task where it did not succeed",
    .params = {task_id, all},
    .permission = Permission::run,
    .changes = true,
    .find_hosts = find_hosts,
    .shape = Shape::value,
    .example = "mega call again_task task_id=17",
    .detail = "Answers the new task's id. What a task read from standard input is not kept, so "
              "that one which\n"
              "had an input cannot be repeated.",
    .run = again_task,
}};

}  // namespace
}  // namespace mega
