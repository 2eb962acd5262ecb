// add_task(script='', hosts=None, where='', what='', args=None, ...) -> id
//
// Runs a script, or a command if the hosts allow it, on many hosts. Answers at once; wait_task and
// get_task_targets report the progress. Errors: invalid_argument with a caret under a mistake in
// `hosts` or `where`; not_found for an unknown host; refused for one that is offline.
#include "api/peers.h"
#include "base/settings.h"
#include "tasks/funcs/task_request.h"

#include "base/text.h"

namespace mega {
namespace {

const Service<Peers> peers{"connections"};

const Param<std::string> script{"script", "", "file name of the script"};
const Param<Value> hosts{"hosts", nullptr, "names or addresses, with ranges: db[01-17,20]",
                         BytesMax{1 << 20}};
const Param<std::string> where{"where", "", "a condition, instead of hosts or besides",
                               BytesMax{1 << 20}};
const Param<std::string> what{
    "what", "", "what the condition is about: server or instance; unless given as its fields say"};
const Param<Value> args{"args", nullptr, "the script's arguments, a list", BytesMax{2 << 20}};
const Param<Value> command{"command", nullptr, "program and arguments, in place of a script",
                           BytesMax{2 << 20}};
const Param<std::string> interpreter{"interpreter", "",
                                     "cmd, python, bash or perl; empty: by the file's name"};
const Param<std::optional<Value>> input{"input", nullptr, "what it reads from standard input",
                                        BytesMax{16 << 20}};
const Param<std::string> user{"user", "", "as whom; empty: as each host says"};
const Param<std::string> folder{"folder", "", "where it works; empty: where each host says"};
const Param<Value> environment{"environment", nullptr, "a map of variables", BytesMax{2 << 20}};
const Param<std::int64_t> nice{"nice", 0, "-20 to 19"};
const Param<std::string> timeout{"timeout", "", "how long it may take on a host: 30s, 2h"};
const Param<Natural> output_limit{"output_limit", 0, "bytes of each stream; 0: as each host says"};
const Param<std::string> expires{"expires", "", "how long hosts that are away are waited for"};
const Param<std::string> batch{"batch", "", "how many hosts at once: 10, 25%; empty: all"};
const Param<Natural> per_cluster{"per_cluster", 1, "of one cluster at once; 0: any number"};
const Param<Natural> max_failures{"max_failures", 0, "failures that stop it; 0: none do"};
const Param<bool> in_windows{"in_windows", false, "only in each host's window (its tag window)"};
const Param<bool> dry_run{"dry_run", false, "only tell on which hosts it would run"};

Result<std::vector<TaskHost>> hosts_of_call(const Services& services, const Args& args_given) {
  return chosen_hosts(services, args_given[hosts], args_given[what], args_given[where]);
}

Result<HostNames> find_hosts(const Services& services, const Args& args_given) {
  const auto chosen = hosts_of_call(services, args_given);
  if (!chosen) return fail(chosen.error());
  return names_of(services, *chosen);
}

// The duration in seconds, rounded up, at least 1; 0 for an empty text.
Result<std::int64_t> seconds_of(std::string_view param, const std::string& text) {
  if (text.empty()) return 0;
  const auto length = parse_duration(text);
  if (!length) return fail(Errc::invalid_argument, "{}: {}", param, length.error().message);
  return std::max<std::int64_t>(1, (length->count() + 999) / 1000);
}

Result<std::map<std::string, std::string>> variables_of(const Value& value) {
  std::map<std::string, std::string> variables;
  if (value.is_none()) return variables;
  const auto* map = value.as<Map>();
  if (!map) return fail(Errc::invalid_argument, "environment takes a map of names and texts");
  for (const auto& [name, item] : map->entries()) {
    const auto words = words_of("environment", item);
    const auto* text = name.as<std::string>();
    if (!text || !words || words->size() != 1) {
      return fail(Errc::invalid_argument, "environment takes a map of names and texts");
    }
    variables[*text] = words->front();
  }
  return variables;
}

Result<TaskOrder> order_of(const Args& given) {
  auto words = words_of(args.name, given[args]);
  if (!words) return fail(words.error());
  auto program = words_of(command.name, given[command]);
  if (!program) return fail(program.error());
  const auto stdin_words = words_of(input.name, given[input].value_or(Value()));
  if (!stdin_words) return fail(stdin_words.error());
  auto variables = variables_of(given[environment]);
  if (!variables) return fail(variables.error());
  const auto limit = seconds_of(timeout.name, given[timeout]);
  if (!limit) return fail(limit.error());
  TaskOrder order{.script = given[script],
                  .command = *std::move(program),
                  .interpreter = given[interpreter],
                  .args = *std::move(words),
                  .user = given[user],
                  .folder = given[folder],
                  .environment = *std::move(variables),
                  .nice = given[nice],
                  .time_limit_s = *limit,
                  .output_limit_bytes = given[output_limit].number};
  if (!stdin_words->empty()) order.input = stdin_words->front();
  return order;
}

// The answer to dry_run: the hosts, and whether each could start now.
Value plan_of(const Context& context, const NewTask& task) {
  static const auto columns = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"host", "ip", "agent", "cluster", "window", "daemon"});
  Rows rows{columns, {}};
  const Peers* const connected = context.find(peers);
  for (const TaskHost& host : task.hosts) {
    const bool present = connected && connected->present(host.agent);
    const char* daemon = host.legacy_port != 0 ? "of 2014" : present ? "connected" : "away";
    for (const std::string* text :
         {&host.host, &host.ip, &host.agent, &host.cluster, &host.window}) {
      rows.cells.emplace_back(*text);
    }
    rows.cells.emplace_back(daemon);
  }
  return rows;
}

Result<void> check_windows(const std::vector<TaskHost>& chosen) {
  for (const TaskHost& host : chosen) {
    if (const auto windows = parse_windows(host.window); !windows) {
      return fail(Errc::invalid_argument, "the tag window of {}: {}", host.host,
                  windows.error().message);
    }
  }
  return {};
}

Result<Value> add_task(Context& context, const Args& given) {
  NewTask task;
  auto chosen = hosts_of_call(context.services, given);
  if (!chosen) return fail(chosen.error());
  task.hosts = *std::move(chosen);
  auto order = order_of(given);
  if (!order) return fail(order.error());
  task.order = *std::move(order);
  const auto size = parse_batch_size(given[batch]);
  if (!size) return fail(size.error());
  task.pacing = {.batch = *size,
                 .per_cluster = given[per_cluster].number,
                 .failures_max = given[max_failures].number};
  task.in_windows = given[in_windows];
  if (task.in_windows) {
    if (auto good = check_windows(task.hosts); !good) return fail(good.error());
  }
  const auto patience = seconds_of(expires.name, given[expires]);
  if (!patience) return fail(patience.error());
  if (*patience > 0) task.expires = {context.clock.now().seconds + *patience};
  if (given[dry_run]) {
    if (auto good = check_task(task); !good) return fail(good.error());
    return plan_of(context, task);
  }
  const auto id = begin_task(context, std::move(task));
  if (!id) return fail(id.error());
  return Value(*id);
}

const Registered<Function> function{{
    .name = "add_task",
    .summary = "Run a script on many hosts",
    .params = {script,  hosts, where,       what,         args,       command, interpreter,
               input,   user,  folder,      environment,  nice,       timeout, output_limit,
               expires, batch, per_cluster, max_failures, in_windows, dry_run},
    .permission = Permission::run,
    .changes = true,
    .find_hosts = find_hosts,
    .shape = Shape::value,
    .answers_task = true,
    .example = "mega call add_task script=disk_free.sh hosts='db[01-17,20]'",
    .detail =
        "Answers the task's id at once; wait_task and get_task_targets tell what becomes of it. A "
        "host is a\n"
        "server of the inventory that is online, by name or address, or an agent that has joined. "
        "At most\n"
        "one host of a cluster runs it at a time unless per_cluster says otherwise. A host whose "
        "daemon is\n"
        "away when its turn comes is waited for until `expires`, or until it has been away for a "
        "few "
        "seconds, and\n"
        "is unreachable then.\n"
        "With dry_run the answer is rows: host, ip, agent, cluster, window, daemon (connected, "
        "away, of 2014).",
    .run = add_task,
}};

}  // namespace
}  // namespace mega
