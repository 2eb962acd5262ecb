// mega schedule list | show ID | runs [ID] | next ID | next --time T [--cycle C] [--zone Z]
//               | change ID ... | pause ID | resume ID | remove ID
//
// Lists, changes and removes scheduled calls. `mega call FUNCTION --time T` adds one.
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/schedules/schedule_table.h"
#include "cmd/server_flags.h"
#include "value/python.h"

#include <memory>

namespace mega {
namespace {

struct ScheduleFlags {
  ServerFlags server;
  FormatFlag format;
  std::int64_t id = 0;
  std::int64_t count = 0;
  bool all = false;
  std::optional<std::string> time, cycle, zone, catch_up, overlap;
};
using Flags = std::shared_ptr<ScheduleFlags>;

Envelope request_for(std::string_view function, const CallArguments& arguments) {
  return {.function = std::string(function), .args = to_python(arguments)};
}

// Prints the answer in the requested format; for a table, the text of `table`.
Result<void> show(const ScheduleFlags& flags, const Envelope& request,
                  std::string (*table)(const Value&, const TextStyle&)) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  if (*format != Format::table) {
    const auto text = ask_and_render(**asker, request, *format);
    if (!text) return fail(text.error());
    return write_styled(*text);
  }
  const auto answer = (*asker)->ask(request);
  if (!answer) return fail(answer.error());
  return write_styled(table(*answer, style_of(stdout)));
}

Result<void> list(const ScheduleFlags& flags) {
  const auto request =
      request_for("get_all_schedule", {.positional = {}, .named = {{"stat", flags.all ? 0 : 1}}});
  return show(flags, request, schedules_table);
}

std::string plain_table(const Value& value, const TextStyle&) {
  return render(value, Format::table);
}

// A table of the record, with a row "when" in front.
std::string record_table(const Value& value, const TextStyle& style) {
  const auto* row = value.as<Map>();
  if (!row) return plain_table(value, style);
  Map shown{{"when", when_text(*row)}};
  for (const auto& [name, cell] : row->entries()) shown.set(name, cell);
  return plain_table(Value(std::move(shown)), style);
}

std::string lines_of(const Value& value, const TextStyle&) {
  std::string text;
  const auto* times = value.as<List>();
  if (!times) return text;
  for (const Value& item : *times) {
    const auto* iso = item.as<std::string>();
    const auto time = iso ? parse_time(*iso) : Result<Time>(fail(Errc::corrupt, ""));
    text += time ? format_local(*time) + "\n" : "";
  }
  return text;
}

Result<void> next(const ScheduleFlags& flags) {
  if ((flags.id == 0) == !flags.time) {
    return fail(Errc::invalid_argument, "next takes the ID of a schedule, or --time{}",
                flags.time ? ", not both" : "");
  }
  CallArguments arguments;
  arguments.named = {{"id", flags.id},
                     {"time", flags.time.value_or("")},
                     {"cycle", flags.cycle.value_or("")},
                     {"zone", flags.zone.value_or("")},
                     {"count", flags.count}};
  return show(flags, request_for("get_due_times", arguments), lines_of);
}

Result<void> ask_quietly(const ScheduleFlags& flags, const Envelope& request) {
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  if (const auto answer = (*asker)->ask(request); !answer) return fail(answer.error());
  return {};
}

Result<void> set_stat(const ScheduleFlags& flags, std::int64_t stat) {
  return ask_quietly(flags,
                     request_for("mod_schedule", {.named = {{"id", flags.id}, {"stat", stat}}}));
}

Result<void> change(const ScheduleFlags& flags) {
  CallArguments arguments;
  arguments.named = {{"id", flags.id}};
  for (const auto& [name, text] :
       {std::pair<const char*, const std::optional<std::string>&>{"time", flags.time},
        {"cycle", flags.cycle},
        {"zone", flags.zone},
        {"catch_up", flags.catch_up},
        {"overlap", flags.overlap}}) {
    if (text) arguments.named.emplace_back(name, *text);
  }
  if (arguments.named.size() == 1) {
    return fail(Errc::invalid_argument,
                "change takes what is to change: --time, --cycle, --zone, --catch-up, --overlap");
  }
  return ask_quietly(flags, request_for("mod_schedule", arguments));
}

void declare_id(ArgumentParser& parser, const Flags& flags, bool required) {
  parser.add_option("ID", flags->id, "Number of the schedule; mega schedule list shows it")
      .required(required);
}

void declare_times(ArgumentParser& parser, const Flags& flags) {
  parser.add_option("--time", flags->time, "HH:MM or 'YYYY-mm-dd HH:MM'").type_name("TIME");
  parser
      .add_option("--cycle", flags->cycle,
                  "day, week:1,4 (1 is Monday), month:1,15,last or a number of seconds")
      .type_name("CYCLE");
  parser.add_option("--zone", flags->zone, "Whose clocks: Europe/Berlin; unless given the server's")
      .type_name("ZONE");
}

template <Result<void> (*run)(const ScheduleFlags&)>
Run with_id(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  declare_id(parser, flags, true);
  flags->server.declare(parser);
  return [flags] { return run(*flags); };
}

Result<void> pause(const ScheduleFlags& flags) { return set_stat(flags, 2); }
Result<void> resume(const ScheduleFlags& flags) { return set_stat(flags, 1); }
Result<void> remove(const ScheduleFlags& flags) {
  return ask_quietly(flags, request_for("del_schedule", {.named = {{"id", flags.id}}}));
}

Run set_up_list(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  parser.add_flag("--all", flags->all, "Paused and done ones, too");
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] { return list(*flags); };
}

Run set_up_show(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  declare_id(parser, flags, true);
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] {
    return show(*flags, request_for("get_schedule", {.named = {{"id", flags->id}}}), record_table);
  };
}

Run set_up_runs(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  flags->count = 20;
  declare_id(parser, flags, false);
  parser.add_option("--count", flags->count, "The newest so many; 0: all")
      .type_name("NUMBER")
      .show_default();
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] {
    const CallArguments arguments{.named = {{"id", flags->id}, {"count", flags->count}}};
    return show(*flags, request_for("get_all_schedule_run", arguments), runs_table);
  };
}

Run set_up_next(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  flags->count = 5;
  declare_id(parser, flags, false);
  declare_times(parser, flags);
  parser.add_option("--count", flags->count, "So many at most").type_name("NUMBER").show_default();
  flags->format.declare(parser);
  flags->server.declare(parser);
  return [flags] { return next(*flags); };
}

Run set_up_change(ArgumentParser& parser) {
  const auto flags = std::make_shared<ScheduleFlags>();
  declare_id(parser, flags, true);
  declare_times(parser, flags);
  parser.add_option("--catch-up", flags->catch_up, "What becomes of times that were missed")
      .type_name("once|skip");
  parser
      .add_option("--overlap", flags->overlap,
                  "What becomes of a time while the run before goes on")
      .type_name("refuse|queue");
  flags->server.declare(parser);
  return [flags] { return change(*flags); };
}

std::vector<Command> commands_below() {
  return {
      {.name = "list",
       .summary = "List the schedules, when they run next and how it went last",
       .example = "mega schedule list --all",
       .setup = set_up_list},
      {.name = "show",
       .summary = "All about one schedule",
       .example = "mega schedule show 7",
       .setup = set_up_show},
      {.name = "runs",
       .summary = "What became of the newest due times",
       .example = "mega schedule runs 7 --count 50",
       .setup = set_up_runs,
       .detail = "ok, failed; refused: its owner may not any more, or a safety check said no; "
                 "skipped: the run before it was still going; missed: the server was not there; "
                 "lost: the server ended while it ran, and nobody knows how far it came."},
      {.name = "next",
       .summary = "When a schedule is due, or what a time and a cycle mean",
       .example = "mega schedule next 7\nmega schedule next --time 02:30 --cycle month:last",
       .setup = set_up_next,
       .detail = "It prints them as clocks of this machine show them, whatever the zone."},
      {.name = "change",
       .summary = "Change when a schedule is due",
       .example = "mega schedule change 7 --time 03:00 --cycle week:1,4",
       .setup = set_up_change},
      {.name = "pause",
       .summary = "Let a schedule rest",
       .example = "mega schedule pause 7",
       .setup = with_id<pause>},
      {.name = "resume",
       .summary = "Let a schedule go on; what passed meanwhile is not caught up",
       .example = "mega schedule resume 7",
       .setup = with_id<resume>},
      {.name = "remove",
       .summary = "Remove a schedule and what is known of its runs",
       .example = "mega schedule remove 7",
       .setup = with_id<remove>}};
}

const Registered<Command> command{{
    .name = "schedule",
    .summary = "See, change and remove calls at due times",
    .example = "mega schedule list\n"
               "mega call verify_audit --time 02:30 --cycle day\n"
               "mega schedule runs 7\n"
               "mega schedule next --time 02:30 --cycle month:last",
    .setup = [](ArgumentParser& parser) -> Run { return subcommands(parser, commands_below()); },
    .detail = "A schedule is made by mega call FUNCTION ... --time TIME [--cycle CYCLE], and runs "
              "with the rights that its owner has when it is due. Only its owner and the admin "
              "change it.",
}};

}  // namespace
}  // namespace mega
