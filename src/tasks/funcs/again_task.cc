// again_task(task_id, all=False) -> id
//
// Repeats a task on the hosts where it did not end ok, or on all. Errors: not_found; refused for a
// task that has not ended, or had an input; not_allowed when the caller may not start the task with
// add_task.
#include "api/dispatch.h"
#include "base/settings.h"
#include "hosts/store/directory.h"
#include "tasks/funcs/task_request.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

const Service<HostDirectory> directory{"host directory"};
const Service<TaskStore> task_store{"tasks"};

const Param<Natural> task_id{"task_id", "id of the task"};
const Param<bool> all{"all", false, "on all of its hosts, also where it ended ok"};

struct Repetition {
  NewTask task;
  std::vector<std::string> hosts;  // a unique name or address of each
};

// Looks the hosts up again, since addresses and clusters change: by address if all are known by
// theirs, else by name, because hosts outside the inventory may share an address.
Result<void> find_hosts_now(const Services& services, Repetition& repetition) {
  std::vector<std::string> addresses, names;
  for (const TaskHost& host : repetition.task.hosts) {
    addresses.push_back(host.ip.empty() ? host.host : host.ip);
    names.push_back(host.host);
  }
  auto found = services[directory].task_hosts(addresses);
  auto by_name =
      found || found.error().code == Errc::refused ? found : services[directory].task_hosts(names);
  if (!found && !by_name) return fail(found.error());
  repetition.hosts = found ? std::move(addresses) : std::move(names);
  repetition.task.hosts = found ? *std::move(found) : *std::move(by_name);
  return {};
}

Result<Repetition> repetition_of(const Services& services, const Args& args) {
  auto task = services[task_store].task_again(args[task_id].number, args[all]);
  if (!task) return fail(task.error());
  Repetition repetition{.task = *std::move(task)};
  if (auto found = find_hosts_now(services, repetition); !found) return fail(found.error());
  return repetition;
}

Result<HostNames> find_hosts(const Services& services, const Args& args) {
  const auto repetition = repetition_of(services, args);
  if (!repetition) return fail(repetition.error());
  return names_of(services, repetition->task.hosts);
}

List list_of(const std::vector<std::string>& texts) { return List(texts.begin(), texts.end()); }

// The equivalent call of add_task, with each argument that the repeated task keeps.
Envelope call_repeated(const Repetition& repetition) {
  const NewTask& task = repetition.task;
  const TaskOrder& order = task.order;
  Map args{{"script", order.script},
           {"command", list_of(order.command)},
           {"args", list_of(order.args)},
           {"interpreter", order.interpreter},
           {"user", order.user},
           {"folder", order.folder},
           {"nice", order.nice},
           {"output_limit", order.output_limit_bytes},
           {"batch", to_text(task.pacing.batch)},
           {"per_cluster", task.pacing.per_cluster},
           {"max_failures", task.pacing.failures_max},
           {"in_windows", task.in_windows},
           {"hosts", list_of(repetition.hosts)}};
  if (order.time_limit_s > 0) {
    args.set("timeout", format_duration(std::chrono::seconds(order.time_limit_s)));
  }
  Map environment;
  for (const auto& [name, value] : order.environment) environment.set(name, value);
  if (environment.size() > 0) args.set("environment", std::move(environment));
  return {.id = 1, .function = "add_task", .args = std::move(args)};
}

// A caller without the right to start the task with add_task may not repeat it either.
Result<void> check_rights(const Context& context, const Repetition& repetition) {
  const auto verdict = examine(context.api, context.caller, call_repeated(repetition));
  if (!verdict) return fail(verdict.error());
  if (verdict->decision.allowed) return {};
  return fail(Errc::not_allowed, "it repeats a call of add_task: {}", verdict->decision.why);
}

Result<Value> again_task(Context& context, const Args& args) {
  auto repetition = repetition_of(context.services, args);
  if (!repetition) return fail(repetition.error());
  if (auto may = check_rights(context, *repetition); !may) return fail(may.error());
  const auto id = begin_task(context, std::move(repetition->task));
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
    .answers_task = true,
    .example = "mega call again_task task_id=17",
    .detail = "Answers the new task's id. What a task read from standard input is not kept, so "
              "that one which\n"
              "had an input cannot be repeated. To rules it is a call of add_task, too.",
    .run = again_task,
}};

}  // namespace
}  // namespace mega
