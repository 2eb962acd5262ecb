// mega task list | show TASK | cancel TASK | again TASK | log [TASK]
//
// The tasks of the server, from `mega run` and other callers.
#include "cmd/command.h"
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "cmd/tasks/task_follow.h"
#include "cmd/tasks/task_print.h"

#include <memory>

namespace mega {
namespace {

struct TaskFlags {
  ServerFlags server;
  FormatFlag format;
  const ArgumentParser* parser = nullptr;
  std::int64_t task = 0;
  std::int64_t count = 20;
  bool running = false;
  bool follow = false;
  bool all = false;
  bool detach = false;
};

CallArguments of_task(std::int64_t task) { return {.named = {{"task_id", task}}}; }

// Makes one call and prints its answer, as a table or in the requested format.
Result<void> show_answer(const TaskFlags& flags, const Envelope& request) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, request, *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Result<void> list_tasks(const TaskFlags& flags) {
  return show_answer(flags, call_of("get_all_task", {.named = {{"stat", flags.running ? 1 : 0},
                                                               {"count", flags.count}}}));
}

Result<void> show_log(const TaskFlags& flags) {
  CallArguments arguments = of_task(flags.task);
  arguments.named.emplace_back("count", flags.count);
  return show_answer(flags, call_of("get_task_log", arguments));
}

// Prints the end of a task as `mega run` does.
Result<void> show_end(const TaskFlags& flags, Asker& asker, std::int64_t task) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const bool formatted = flags.parser->option("--output").count() > 0;
  const auto followed = follow_task(asker, task, LiveOutput::none);
  if (!followed) return fail(followed.error());
  return formatted ? print_rows(task, *followed, *format)
                   : print_ends(task, *followed, LiveOutput::none);
}

Result<bool> goes_on(Asker& asker, std::int64_t task) {
  const auto row = asker.ask(call_of("get_task", of_task(task)));
  if (!row) return fail(row.error());
  const auto* map = row->as<Map>();
  const Value* state = map ? map->find(std::string_view("state")) : nullptr;
  return state && *state == Value("running");
}

Result<void> show_task(const TaskFlags& flags) {
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto running = goes_on(**asker, flags.task);
  if (!running) return fail(running.error());
  if (!*running || flags.follow) return show_end(flags, **asker, flags.task);
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto targets = (*asker)->ask(call_of("get_task_targets", of_task(flags.task)));
  if (!targets) return fail(targets.error());
  const auto ends = target_ends(*targets);
  if (!ends) return fail(ends.error());
  if (flags.parser->option("--output").count() > 0) return write_styled(render(*targets, *format));
  if (auto written = write_styled(folded(*ends, style_of(stdout))); !written) return written;
  print_note(fmt::format("task {} goes on, {}", flags.task, sums(*ends)));
  return {};
}

Result<void> cancel_task(const TaskFlags& flags) {
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  const auto done = (*asker)->ask(call_of("cancel_task", of_task(flags.task)));
  if (!done) return fail(done.error());
  if (!flags.detach) return show_end(flags, **asker, flags.task);
  return {};
}

Result<void> repeat_task(const TaskFlags& flags) {
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  CallArguments arguments = of_task(flags.task);
  if (flags.all) arguments.named.emplace_back("all", true);
  const auto id = (*asker)->ask(call_of("again_task", arguments));
  if (!id) return fail(id.error());
  const auto* task = id->as<std::int64_t>();
  if (!task) return fail(Errc::corrupt, "the server answered no id of a task");
  if (flags.detach) return write_output(fmt::format("{}\n", *task));
  return show_end(flags, **asker, *task);
}

using Declare = void (*)(ArgumentParser&, TaskFlags&);

template <Result<void> (*Work)(const TaskFlags&), Declare declare>
Run set_up(ArgumentParser& parser) {
  auto flags = std::make_shared<TaskFlags>();
  flags->parser = &parser;
  declare(parser, *flags);
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] { return Work(*flags); };
}

void declare_task(ArgumentParser& parser, TaskFlags& flags) {
  parser.add_option("TASK", flags.task, "Id of the task").required();
}

void declare_count(ArgumentParser& parser, TaskFlags& flags) {
  parser.add_option("--count", flags.count, "So many; 0: all").type_name("N").show_default();
}

void declare_list(ArgumentParser& parser, TaskFlags& flags) {
  parser.add_flag("--running", flags.running, "Those that go on");
  declare_count(parser, flags);
}

void declare_show(ArgumentParser& parser, TaskFlags& flags) {
  declare_task(parser, flags);
  parser.add_flag("--follow", flags.follow, "Wait for its end");
}

void declare_cancel(ArgumentParser& parser, TaskFlags& flags) {
  declare_task(parser, flags);
  parser.add_flag("--detach", flags.detach, "Do not wait for its end");
}

void declare_again(ArgumentParser& parser, TaskFlags& flags) {
  declare_cancel(parser, flags);
  parser.add_flag("--all", flags.all, "On all of its hosts");
}

void declare_log(ArgumentParser& parser, TaskFlags& flags) {
  parser.add_option("TASK", flags.task, "Of that task; unless given of all");
  declare_count(parser, flags);
}

const Registered<Command> command{{
    .name = "task",
    .summary = "See, cancel and repeat tasks",
    .example = "mega task list --running\n"
               "mega task show 17\n"
               "mega task again 17",
    .setup = [](ArgumentParser& parser) -> Run {
      return subcommands(
          parser,
          {{.name = "list",
            .summary = "List tasks, newest first",
            .example = "mega task list --running",
            .setup = set_up<list_tasks, declare_list>},
           {.name = "show",
            .summary = "Show what came of a task",
            .example = "mega task show 17 --follow\nmega task show 17 -o json",
            .setup = set_up<show_task, declare_show>,
            .detail = "The exit code tells how it ended, as that of mega run does."},
           {.name = "cancel",
            .summary = "End a task",
            .example = "mega task cancel 17",
            .setup = set_up<cancel_task, declare_cancel>,
            .detail = "Hosts that wait do not start it; where it runs it is ended with all its "
                      "children."},
           {.name = "again",
            .summary = "Repeat a task where it did not end ok",
            .example = "mega task again 17",
            .setup = set_up<repeat_task, declare_again>},
           {.name = "log",
            .summary = "List runs of tasks, newest first",
            .example = "mega task log 17",
            .setup = set_up<show_log, declare_log>}});
    },
}};

}  // namespace
}  // namespace mega
