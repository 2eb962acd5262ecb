// remote_cmd(ip, port, cmd, cmd_type, task_id=None, args=None) -> '(status, output)'
//
// Runs a script through the daemon of a host, as a task of one host, and waits for its end. Errors:
// invalid_argument, not_found for an unknown host.
#include "hosts/store/directory.h"
#include "tasks/funcs/task_ends.h"
#include "tasks/funcs/task_request.h"
#include "tasks/server/tasks.h"

namespace mega {
namespace {

const Service<Tasks> task_driver{"tasks under way"};

const Service<HostDirectory> directory{"host directory"};

// Shorter than the default of limits.function_time, so that the caller gets the answer of 2014.
constexpr std::chrono::seconds wait_max{590};

const Param<Address> ip{"ip", "address of the host"};
const Param<Port> port{"port", "of the instance meant, not of the daemon"};
const Param<std::string> cmd{"cmd", "file name of the script"};
const Param<std::string> cmd_type{"cmd_type", "cmd, bash, python or perl"};
const Param<std::optional<Natural>> task_id{"task_id", nullptr, "the caller's number for it"};
const Param<Value> args{"args", nullptr, "text, a list, or a map as one literal"};

Result<std::vector<TaskHost>> host_of(const Services& services, const Args& given) {
  const std::string address = given[ip].text;
  return services[directory].task_hosts({&address, 1});
}

Result<HostNames> find_hosts(const Services& services, const Args& given) {
  const auto hosts = host_of(services, given);
  if (!hosts) return fail(hosts.error());
  return names_of(*hosts);
}

// The answer that callers of 2014 expect: 0 for an unreachable host, '' when it took too long.
Value answer_of(const HostEnd& end) {
  switch (end.state) {
    case TaskState::ok:
    case TaskState::failed:
      break;
    case TaskState::waiting:
    case TaskState::running:
    case TaskState::timed_out:
      return Value("");
    case TaskState::unreachable:
    case TaskState::expired:
      return Value(0);
    default:
      return Value(to_python(Value(Tuple{{-1, end.reason}})));
  }
  return Value(to_python(Value(Tuple{{end.status, output_of(end)}})));
}

// In 2014 a host outside the inventory was one that cannot be reached.
Result<Value> unknown_host(const Context& context, const Error& error) {
  const bool of_2014 = context.caller.door == Door::legacy && error.code == Errc::not_found;
  return of_2014 ? Result<Value>(Value(0)) : fail(error);
}

Result<Value> remote_cmd(Context& context, const Args& given) {
  auto hosts = host_of(context.services, given);
  if (!hosts) return unknown_host(context, hosts.error());
  auto words = script_arguments(args.name, given[args]);
  if (!words) return fail(words.error());
  NewTask task{.order = {.script = given[cmd],
                         .interpreter = given[cmd_type],
                         .args = *std::move(words),
                         .environment = {{"MEGA_PORT", std::to_string(given[port].number)}}},
               .hosts = *std::move(hosts)};
  if (task.hosts.front().legacy_port != 0) task.order.environment.clear();
  if (given[task_id]) task.reference = given[task_id]->number;
  const auto id = begin_task(context, std::move(task));
  if (!id) return fail(id.error());
  context.later = [&services = context.services, tasks = context.find(task_driver),
                   id = *id](const Answered& answered) {
    tasks->watch({.task = id,
                  .since = until_its_end,
                  .limit = wait_max,
                  .hear = [&services, id, answered](const TaskNews&) {
                    const auto ends = ends_of(services, id);
                    if (!ends) return answered(fail(ends.error()));
                    answered(answer_of(ends->empty() ? HostEnd{} : ends->front()));
                  }});
  };
  return Value();
}

const Registered<Function> function{{
    .name = "remote_cmd",
    .summary = "Run a script on a host",
    .params = {ip, port, cmd, cmd_type, task_id, args},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .find_hosts = find_hosts,
    .shape = Shape::value,
    .example = "mega call remote_cmd ip=10.0.0.1 port=3306 cmd=disk_free.sh cmd_type=bash",
    .detail = "Waits for the end or the limit. Answers text: '(status, output)' with the status of "
              "wait(), 0\n"
              "when the host cannot be reached (to callers of 2014 also when the inventory does "
              "not have it), '' when "
              "it took too long. It is a task of one "
              "host: get_all_task\n"
              "lists it. Scripts find the port of the instance in MEGA_PORT.",
    .run = remote_cmd,
}};

}  // namespace
}  // namespace mega
