// mega run [--on HOSTS | --where COND] [FLAGS] SCRIPT [ARGS...]
// mega run [--on HOSTS | --where COND] [FLAGS] -- COMMAND [ARGS...]
//
// Runs a script on many hosts and prints the results; equal outputs are folded. The exit code is 0
// when all ended ok, 3 when some failed, 4 when hosts were not reached, 8 when the task goes on
// without the command.
#include "base/text.h"
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "cmd/tasks/task_follow.h"
#include "cmd/tasks/task_print.h"

#include <algorithm>
#include <memory>

namespace mega {
namespace {

struct RunFlags {
  ServerFlags server;
  FormatFlag format;
  const ArgumentParser* parser = nullptr;
  std::vector<std::string> on;
  std::string where;
  std::string what;
  std::string batch;
  std::int64_t per_cluster = 1;
  std::int64_t max_failures = 0;
  bool in_windows = false;
  std::string expires;
  std::string time_limit;
  std::string user;
  std::string folder;
  std::vector<std::string> environment;
  std::int64_t nice = 0;
  std::string interpreter;
  std::string input;
  bool dry_run = false;
  bool detach = false;
  bool live = false;
  std::string script;
  std::vector<std::string> words;
};

// True if the words follow "--": they are a command, not a script.
bool is_command(const RunFlags& flags) {
  const auto rest = flags.parser->remaining();
  return std::ranges::find(rest, "--") != rest.end();
}

List list_of(const std::vector<std::string>& texts) { return List(texts.begin(), texts.end()); }

Result<Map> variables_of(const std::vector<std::string>& words) {
  Map variables;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == word.npos || equals == 0) {
      return fail(Errc::invalid_argument, "--env takes NAME=VALUE, not {}", mega::quoted(word));
    }
    variables.set(word.substr(0, equals), word.substr(equals + 1));
  }
  return variables;
}

Result<CallArguments> arguments_of(const RunFlags& flags) {
  CallArguments arguments;
  const auto add = [&](const char* name, Value value) {
    arguments.named.emplace_back(name, std::move(value));
  };
  if (is_command(flags)) {
    List command{flags.script};
    for (const std::string& word : flags.words) command.emplace_back(word);
    add("command", std::move(command));
  } else {
    add("script", flags.script);
    if (!flags.words.empty()) add("args", list_of(flags.words));
  }
  if (!flags.on.empty()) add("hosts", list_of(flags.on));
  const std::pair<const char*, const std::string&> texts[] = {{"where", flags.where},
                                                              {"batch", flags.batch},
                                                              {"expires", flags.expires},
                                                              {"timeout", flags.time_limit},
                                                              {"user", flags.user},
                                                              {"folder", flags.folder},
                                                              {"interpreter", flags.interpreter}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) add(name, text);
  }
  if (!flags.what.empty()) add("what", flags.what);
  if (flags.per_cluster != 1) add("per_cluster", flags.per_cluster);
  if (flags.max_failures != 0) add("max_failures", flags.max_failures);
  if (flags.nice != 0) add("nice", flags.nice);
  if (flags.in_windows) add("in_windows", true);
  if (!flags.environment.empty()) {
    auto variables = variables_of(flags.environment);
    if (!variables) return fail(variables.error());
    add("environment", *std::move(variables));
  }
  if (!flags.input.empty()) {
    auto text = read_input(flags.input);
    if (!text) return fail(text.error());
    add("input", is_utf8(*text) ? Value(*text) : Value(Bytes{*text}));
  }
  return arguments;
}

Result<void> show_plan(Asker& asker, CallArguments arguments, Format format) {
  arguments.named.emplace_back("dry_run", true);
  const auto plan = asker.ask(call_of("add_task", arguments));
  if (!plan) return fail(plan.error());
  if (auto written = write_styled(render(*plan, format)); !written) return written;
  const auto* hosts = plan->as<List>();
  const std::size_t number = hosts ? hosts->size() : 0;
  print_note(fmt::format("{} host{}; nothing is done", number, number == 1 ? "" : "s"));
  return {};
}

Result<void> run_task(const RunFlags& flags) {
  const bool formatted = flags.parser->option("--output").count() > 0;
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  if (flags.script.empty()) {
    return fail(Errc::invalid_argument,
                "run takes a SCRIPT, or -- and a COMMAND; see mega run --help");
  }
  if (flags.on.empty() && flags.where.empty()) {
    return fail(Errc::invalid_argument,
                "say on which hosts, in front of {}: --on HOSTS or --where CONDITION",
                is_command(flags) ? "--" : "the script");
  }
  const auto arguments = arguments_of(flags);
  if (!arguments) return fail(arguments.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  if (flags.dry_run) return show_plan(**asker, *arguments, *format);

  const auto id = (*asker)->ask(call_of("add_task", *arguments));
  if (!id) return fail(id.error());
  const auto* task = id->as<std::int64_t>();
  if (!task) return fail(Errc::corrupt, "the server answered no id of a task");
  if (flags.detach) return write_output(fmt::format("{}\n", *task));

  LiveOutput live = flags.live ? LiveOutput::marked : LiveOutput::none;
  if (!flags.live && !formatted && runs_on_one_host(**asker, *task)) live = LiveOutput::whole;
  const auto followed = follow_task(**asker, *task, live);
  if (!followed) return fail(followed.error());
  return formatted ? print_rows(*task, *followed, *format) : print_ends(*task, *followed, live);
}

void declare_work(ArgumentParser& parser, RunFlags& flags) {
  parser.add_option("--time-limit", flags.time_limit, "How long it may take on a host: 30s, 2h")
      .type_name("TIME");
  parser.add_option("--user", flags.user, "As whom; unless given as each host says")
      .type_name("USER");
  parser.add_option("--folder", flags.folder, "Where it works").type_name("DIR");
  parser.add_option("--env", flags.environment, "A variable for it; repeated")
      .type_name("NAME=VALUE")
      .one_value_each();
  parser.add_option("--nice", flags.nice, "Its priority, -20 to 19").type_name("N");
  parser.add_option("--interpreter", flags.interpreter, "What runs it; unless given by its name")
      .type_name("cmd|python|bash|perl");
  parser
      .add_option("--input", flags.input,
                  "What it reads from standard input: secrets, for instance (-: ours)")
      .type_name("FILE");
}

void declare_hosts(ArgumentParser& parser, RunFlags& flags) {
  parser
      .add_option("--on", flags.on, "Hosts by name or address, with ranges: db[01-17,20]; repeated")
      .type_name("HOSTS")
      .one_value_each();
  parser
      .add_option(
          "--where", flags.where,
          "Those that a condition selects, besides those of --on: 'cluster=orders'; see mega "
          "help conditions")
      .type_name("CONDITION");
  parser
      .add_option("--what", flags.what,
                  "What the condition is about; unless given as its fields say")
      .type_name("server|instance");
  parser.add_option("--batch", flags.batch, "How many hosts at once, 10 or 25%; unless given all")
      .type_name("N|N%");
  parser.add_option("--per-cluster", flags.per_cluster, "Of one cluster at once; 0: any number")
      .type_name("N")
      .show_default();
  parser.add_option("--max-failures", flags.max_failures, "Failures that stop it; 0: none do")
      .type_name("N");
  parser.add_flag("--in-windows", flags.in_windows,
                  "On each host only in its maintenance window (tag window)");
  parser
      .add_option("--expires", flags.expires,
                  "How long hosts that are away are waited for: 10m, 2d")
      .type_name("TIME");
}

Run set_up(ArgumentParser& parser) {
  auto flags = std::make_shared<RunFlags>();
  flags->parser = &parser;
  parser.positionals_at_end();
  declare_hosts(parser, *flags);
  declare_work(parser, *flags);
  parser.add_flag("--dry-run,-n", flags->dry_run,
                  "Tell on which hosts it would run; nothing is done");
  parser.add_flag("--detach", flags->detach, "Print the task's id and do not wait");
  parser.add_flag("--live", flags->live, "Print output as it comes, behind the host's name");
  parser.add_option("SCRIPT", flags->script, "File name in the hosts' script folder");
  parser.add_option("ARGS", flags->words, "Its arguments; behind -- a command and its arguments");
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] { return run_task(*flags); };
}

const Registered<Command> command{{
    .name = "run",
    .summary = "Run a script on many hosts and show what came of it",
    .example = "mega run --on 'db[01-17,20]' disk_free.sh /data\n"
               "mega run --where 'role=slave and cluster=orders' lag.py\n"
               "mega run --where 'tag.env=prod' --batch 25% --max-failures 2 upgrade_client.sh\n"
               "mega run --on db07 -- uptime",
    .setup = set_up,
    .detail =
        "Flags stand before SCRIPT; all behind it are its arguments. A command behind -- runs "
        "only on hosts whose own configuration allows that.\n\n"
        "Of one cluster one host runs it at a time unless --per-cluster says otherwise. A host "
        "whose daemon is away when its turn comes is waited for as --expires says, or a few "
        "seconds, and is unreachable then. One that does not tell in time what came of it is lost, "
        "and holds nobody up; what it tells later, mega task show tells.\n\n"
        "Output of one host comes as it is printed; that of several is shown at the end, equal "
        "outputs together. With -o the answer is rows: host, state, exit_code, output and more.\n\n"
        "Ctrl-C asks whether to cancel the task or to leave it running; once more it leaves. Exit "
        "codes: 0 it ended ok everywhere, 3 it failed somewhere, 4 some hosts were not reached, 8 "
        "it goes on without "
        "us.",
}};

}  // namespace
}  // namespace mega
