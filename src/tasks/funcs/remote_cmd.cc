// remote_cmd(ip, port, cmd, cmd_type, task_id=None, args=None) -> '(status, output)'
//
// Runs a script through the daemon of a host, as a task of one host, and waits for its end. Errors:
// invalid_argument, not_found for an unknown host (0 to callers of 2014).
#include "api/kinds.h"
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
const Param<Value> port{"port", "of the instance meant, not of the daemon; None, 0 or '': of none"};
const Param<std::string> cmd{"cmd", "file name of the script"};
const Param<std::string> cmd_type{"cmd_type", "cmd, bash, python or perl"};
const Param<std::optional<Natural>> task_id{"task_id", nullptr, "the caller's number for it"};
const Param<Value> args{"args", nullptr, "text, a list, or a map as one literal",
                        BytesMax{2 << 20}};

Result<std::vector<TaskHost>> host_of(const Services& services, const Args& given) {
  const std::string address = given[ip].text;
  return services[directory].task_hosts({&address, 1});
}

Result<HostNames> find_hosts(const Services& services, const Args& given) {
  const auto hosts = host_of(services, given);
  if (!hosts) return fail(hosts.error());
  return names_of(services, *hosts);
}

// nullopt: no instance is meant. Peers of 2014 may send anything, because servers of 2014 did not
// read the port. Errors: invalid_argument.
Result<std::optional<std::int64_t>> port_meant(const Caller& caller, const Value& value) {
  if (value.is_none() || value == Value(0) || value == Value("")) return std::nullopt;
  Value number = value;
  std::string why;
  if (accept(Kind::port, number, true, why)) return *number.as<std::int64_t>();
  if (caller.door == Door::legacy) return std::nullopt;
  return fail(Errc::invalid_argument, "remote_cmd: port takes {} or None, not {}",
              takes(Kind::port), shown(value));
}

// The words for the script. Scripts of 2014 find the number of the task, if there is one, and two
// blanks before the first: "9  '17:24'".
std::vector<std::string> words_for(const Args& given) {
  auto words = script_arguments(given[args]);
  const std::int64_t number = given[task_id].value_or(Natural{0}).number;
  if (number != 0 && !words.empty()) words.front().insert(0, std::to_string(number) + "  ");
  return words;
}

// The status of wait() for the shell that daemons of 2014 started: a shell whose script was ended by
// a signal exits with 128 and its number.
std::int64_t status_of(const HostEnd& end) {
  const bool by_signal = end.status > 0 && end.status < 128;
  return by_signal ? (128 + end.status) << 8 : end.status;
}

// The answer that callers of 2014 expect: 0 for an unreachable host, '' when it took too long.
Value answer_of(const HostEnd& end, bool daemon_of_2014) {
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
  return Value(to_python(Value(Tuple{{status_of(end), output_of(end, daemon_of_2014)}})));
}

Result<Value> remote_cmd(Context& context, const Args& given) {
  auto hosts = host_of(context.services, given);
  if (!hosts) return fail(hosts.error());
  const auto instance = port_meant(context.caller, given[port]);
  if (!instance) return fail(instance.error());
  NewTask task{
      .order = {.script = given[cmd], .interpreter = given[cmd_type], .args = words_for(given)},
      .hosts = *std::move(hosts)};
  const bool daemon_of_2014 = task.hosts.front().legacy_port != 0;
  if (*instance && !daemon_of_2014) {
    task.order.environment.emplace("MEGA_PORT", std::to_string(**instance));
  }
  if (given[task_id]) task.reference = given[task_id]->number;
  const auto id = begin_task(context, std::move(task));
  if (!id) return fail(id.error());
  context.later = [&services = context.services, tasks = context.find(task_driver), id = *id,
                   daemon_of_2014](const Answered& answered) {
    tasks->watch({.task = id,
                  .since = until_its_end,
                  .limit = wait_max,
                  .hear = [&services, id, daemon_of_2014, answered](const TaskNews&) {
                    const auto ends = ends_of(services, id);
                    if (!ends) return answered(fail(ends.error()));
                    answered(answer_of(ends->empty() ? HostEnd{} : ends->front(), daemon_of_2014));
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
    .shape = Shape::value_or_zero,
    .example = "mega call remote_cmd ip=10.0.0.1 port=3306 cmd=disk_free.sh cmd_type=bash",
    .detail =
        "Waits for the end or the limit. Answers text: '(status, output)' with the status of "
        "wait() (256 for\n"
        "exit code 1, (128 + n) * 256 for a script that signal n has ended), 0\n"
        "when the host cannot be reached (to callers of 2014 also when it is unknown), '' when "
        "it took too\n"
        "long. The output loses one newline at its end; output that is not UTF-8 stays bytes: "
        "'\\xd6\\xd0'.\n"
        "With a task_id the first argument of the script begins with it and two blanks. It is "
        "a task of one\n"
        "host: get_all_task lists it. Scripts find the port of the instance in MEGA_PORT.",
    .run = remote_cmd,
}};

}  // namespace
}  // namespace mega
