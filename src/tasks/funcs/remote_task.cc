// remote_task(cmd='', hosts=None, args=None, wait=True) -> [(host, status, output), ...] or id
//
// The call behind an envelope with TYPE 1: runs a script on the hosts of TARGET. Errors:
// invalid_argument, not_found for an unknown host; timed_out when the wait is over.
#include "tasks/funcs/task_ends.h"
#include "tasks/funcs/task_request.h"
#include "tasks/server/tasks.h"

namespace mega {
namespace {

const Service<Tasks> task_driver{"tasks under way"};

// Shorter than the default of limits.function_time.
constexpr std::chrono::seconds wait_max{590};

const Param<std::string> cmd{"cmd", "", "file name of the script: VALUE"};
const Param<Value> hosts{"hosts", nullptr, "names or addresses: TARGET", BytesMax{1 << 20}};
const Param<Value> args{"args", nullptr, "text, a list, or a map as one literal: ARGS",
                        BytesMax{2 << 20}};
const Param<bool> wait{"wait", true, "for the end on all hosts; else the answer is the task's id"};

Result<std::vector<TaskHost>> hosts_named(const Services& services, const Args& given) {
  if (given[hosts].is_none()) {
    return fail(Errc::invalid_argument, "a remote task (TYPE 1) needs the hosts in TARGET");
  }
  return chosen_hosts(services, given[hosts], "server", "");
}

Result<HostNames> find_hosts(const Services& services, const Args& given) {
  const auto chosen = hosts_named(services, given);
  if (!chosen) return fail(chosen.error());
  return names_of(services, *chosen);
}

bool has_ended(const HostEnd& end) {
  return end.state != TaskState::waiting && end.state != TaskState::running;
}

// Whether each host has a daemon of 2014.
std::vector<bool> daemons_of_2014(const std::vector<TaskHost>& chosen) {
  std::vector<bool> of_2014;
  for (const TaskHost& host : chosen) of_2014.push_back(host.legacy_port != 0);
  return of_2014;
}

// A host where the script did not end has status -1, and the reason in place of the output.
Result<Value> answer_of(const Services& services, std::int64_t task,
                        const std::vector<bool>& of_2014) {
  const auto ends = ends_of(services, task);
  if (!ends) return fail(ends.error());
  List list;
  for (const HostEnd& end : *ends) {
    if (!has_ended(end)) return fail(Errc::timed_out, "task {} goes on; see mega task", task);
    const bool ran = end.state == TaskState::ok || end.state == TaskState::failed;
    Value output = ran ? output_of(end, of_2014.at(list.size())) : Value(end.reason);
    list.emplace_back(Tuple{{end.host, ran ? end.status : -1, std::move(output)}});
  }
  return Value(std::move(list));
}

Result<Value> remote_task(Context& context, const Args& given) {
  auto chosen = hosts_named(context.services, given);
  if (!chosen) return fail(chosen.error());
  auto of_2014 = daemons_of_2014(*chosen);
  const auto id =
      begin_task(context, {.order = {.script = given[cmd], .args = script_arguments(given[args])},
                           .hosts = *std::move(chosen)});
  if (!id) return fail(id.error());
  if (!given[wait]) return Value(*id);
  context.later = [&services = context.services, tasks = context.find(task_driver), id = *id,
                   of_2014 = std::move(of_2014)](const Answered& answered) {
    tasks->watch({.task = id,
                  .since = until_its_end,
                  .limit = wait_max,
                  .hear = [&services, id, of_2014, answered](const TaskNews&) {
                    answered(answer_of(services, id, of_2014));
                  }});
  };
  return Value();
}

const Registered<Function> function{{
    .name = "remote_task",
    .summary = "Run a script on the hosts of TARGET, as an envelope with TYPE 1 asks",
    .params = {cmd, hosts, args, wait},
    .permission = Permission::run,
    .changes = true,
    .endpoint_params = {"hosts"},
    .rules_as = "remote_cmd",
    .find_hosts = find_hosts,
    .shape = Shape::value,
    .answers_task = true,
    .example = "mega call disk_free.sh --type 1 --target 10.0.0.1,10.0.0.2",
    .detail =
        "A list of (host, status, output): the status is that of wait(), 0 when all went well and "
        "256 for\n"
        "exit code 1; -1 with the reason for a host that was not reached, or where it did not come "
        "to its\n"
        "end. To rules it is remote_cmd, with cmd and args. With wait=False, and for a call with a "
        "TIME, the\n"
        "answer is the task's id. add_task has more to choose from.",
    .run = remote_task,
}};

}  // namespace
}  // namespace mega
