// mega call FUNCTION [ARGS...] [-o FORMAT] [--type N --target HOST --tool]
// mega call FUNCTION [ARGS...] --time T [--cycle C] [--zone Z] [--catch-up once|skip]
//                              [--overlap refuse|queue]
// mega call --explain FUNCTION [ARGS...] [--type 1 --target HOST]
// mega call --batch FILE [--stop]
//
// Makes one call, or one call per line over one connection. Prints the answer. An error goes to
// standard error as the server's sentence, and its code is the exit code. ARGS are checked before
// anything is sent, so that an error message can point at the place.
#include "base/byte_order_mark.h"
#include "base/text.h"
#include "cmd/batch.h"
#include "cmd/call_words.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "cmd/verdict.h"

#include <memory>

namespace mega {
namespace {

struct CallFlags {
  ServerFlags server;
  FormatFlag format;
  std::string function;
  std::vector<std::string> words;
  std::string batch;
  bool stop = false;
  bool explain = false;
  std::string time;
  std::string cycle;
  std::string zone;
  std::string catch_up;
  std::string overlap;
  std::int64_t type = 0;
  std::vector<std::string> target;
  bool tool = false;

  // Servers of 2014 do not support these flags.
  bool has_more_than_time() const { return !(zone + catch_up + overlap).empty(); }
};

Value target_value(const std::vector<std::string>& hosts) {
  if (hosts.empty()) return {};
  if (hosts.size() == 1) return hosts.front();
  return List(hosts.begin(), hosts.end());
}

Envelope envelope_of(const CallFlags& flags, const std::string& function,
                     const CallArguments& arguments) {
  Envelope envelope{.function = function,
                    .type = flags.type,
                    .time = flags.time,
                    .cycle = flags.cycle,
                    .target = target_value(flags.target),
                    .tool = flags.tool,
                    .zone = flags.zone,
                    .catch_up = flags.catch_up,
                    .overlap = flags.overlap};
  // As text: both dialects carry any literal this way.
  if (arguments != CallArguments{}) envelope.args = to_python(arguments);
  return envelope;
}

// Reads ARGS as words or in the seed's form, from the command line, @FILE or standard input.
Result<CallArguments> arguments_of(const CallFlags& flags) {
  const Function* function = flags.type == 0 ? find_function(flags.function) : nullptr;
  const bool from_file =
      flags.words.size() == 1 && (flags.words[0] == "-" || flags.words[0].starts_with('@'));
  if (!from_file) return arguments_from_words(function, flags.words);
  const std::string& word = flags.words[0];
  const auto text = read_input(word == "-" ? word : word.substr(1));
  if (!text) return fail(text.error());
  return arguments_from_text(function, without_byte_order_mark(*text));
}

Result<void> call_one(const CallFlags& flags, Format format) {
  const auto arguments = arguments_of(flags);
  if (!arguments) return fail(arguments.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  if ((*asker)->dialect() == Dialect::legacy && flags.has_more_than_time()) {
    return fail(Errc::invalid_argument,
                "a server of 2014 knows neither --zone nor --catch-up nor --overlap");
  }
  const auto text = ask_and_render(**asker, envelope_of(flags, flags.function, *arguments), format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

// Tells whether the call would be allowed, without making it.
Result<void> explain_one(const CallFlags& flags) {
  const bool plain =
      flags.batch.empty() && !flags.stop && flags.time.empty() && flags.cycle.empty();
  if (!plain || flags.function.empty()) {
    return fail(
        Errc::invalid_argument,
        "--explain is about one FUNCTION called now: not with --batch, --stop, --time or --cycle");
  }
  if ((flags.type == 1) == flags.target.empty()) {
    return fail(Errc::invalid_argument, "--type 1 and --target go together");
  }
  const auto arguments = arguments_of(flags);
  if (!arguments) return fail(arguments.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  return print_verdict(**asker, explain_arguments(flags.function, *arguments, flags.target));
}

// A running batch: its connection, which is reopened after a failure, and the counts.
struct Batch {
  const CallFlags& flags;
  Format format;
  std::unique_ptr<Asker> asker;
  std::size_t calls = 0;
  std::size_t failed = 0;

  Result<std::string> answer(const BatchLine& line) {
    const auto arguments = arguments_from_text(find_function(line.function), line.arguments);
    if (!arguments) return fail(arguments.error());
    if (!asker) {
      auto opened = flags.server.connect();
      if (!opened) return fail(opened.error());
      asker = std::move(*opened);
    }
    auto text = ask_and_render(*asker, envelope_of(flags, line.function, *arguments), format, true);
    const bool broken =
        !text && (text.error().code == Errc::unavailable || text.error().code == Errc::timed_out ||
                  text.error().code == Errc::corrupt);
    if (broken) asker.reset();
    return text;
  }
};

// Puts the function's name before the message unless the message begins with it. `name` is empty
// when the line has none.
std::string about_call(const std::string& name, const std::string& message) {
  const std::string_view behind =
      std::string_view(message).substr(message.starts_with(name) ? name.size() : message.size());
  const bool named = behind.starts_with(' ') || behind.starts_with(':') || behind.starts_with('(');
  return name.empty() || named ? message : fmt::format("{}: {}", name, message);
}

Result<void> call_batch(const CallFlags& flags, Format format) {
  auto lines = LineReader::open(flags.batch);
  if (!lines) return fail(lines.error());
  auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  Batch batch{flags, format, std::move(*asker)};
  for (;;) {
    const auto line = lines->next();
    if (!line) return fail(line.error());
    if (!*line) break;
    const auto call = parse_batch_line(**line);
    if (call && !*call) continue;
    ++batch.calls;
    const auto text = call ? batch.answer(**call) : Result<std::string>(fail(call.error()));
    if (text) {
      if (const auto written = write_styled(*text); !written) return written;
      continue;
    }
    ++batch.failed;
    const std::string name = call ? (*call)->function : "";
    print_error({text.error().code,
                 fmt::format("{}: {}", lines->place(), about_call(name, text.error().message))});
    if (flags.stop) break;
  }
  if (batch.failed == 0) return {};
  return fail(Errc::partly_failed, "{} of {} calls failed{}", batch.failed, batch.calls,
              flags.stop ? "; stopped there" : "");
}

// The protocol ignores a CYCLE without a TIME, and a CYCLE of 0; the command line refuses them.
Result<void> check_schedule(const CallFlags& flags) {
  if (flags.time.empty() && (!flags.cycle.empty() || flags.has_more_than_time())) {
    return fail(Errc::invalid_argument,
                "--cycle, --zone, --catch-up and --overlap go with --time: nothing is called");
  }
  if (!flags.cycle.empty() && parse_integer(flags.cycle) == 0) {
    return fail(Errc::invalid_argument, "--cycle 0 never comes again: leave it out to call once");
  }
  return {};
}

Result<void> call(const CallFlags& flags) {
  if (flags.explain) return explain_one(flags);
  if (auto checked = check_schedule(flags); !checked) return checked;
  const auto format = flags.format.format(Format::python);
  if (!format) return fail(format.error());
  if (flags.batch.empty() == flags.function.empty()) {
    return fail(Errc::invalid_argument,
                "call takes a FUNCTION or --batch FILE{}; see mega call --help",
                flags.batch.empty() ? "" : ", not both");
  }
  if (flags.stop && flags.batch.empty()) {
    return fail(Errc::invalid_argument, "--stop ends a batch: it goes with --batch FILE");
  }
  return flags.batch.empty() ? call_one(flags, *format) : call_batch(flags, *format);
}

const Registered<Command> command{{
    .name = "call",
    .summary = "Call a function of the server and print its answer",
    .example = "mega call get_all_instance \"model='backup',stat=1\"\n"
               "mega call get_instance ip=10.0.0.1 port=3306 -o json\n"
               "mega call add_slow_log @statement.txt\n"
               "mega call verify_audit --time 02:30 --cycle day\n"
               "mega call --explain del_server ip=10.0.0.1\n"
               "mega call --batch fleet.txt --stop",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<CallFlags>();
      parser.add_option("FUNCTION", flags->function, "Name of the function; mega funcs lists them");
      parser.add_option(
          "ARGS", flags->words,
          "Its arguments: NAME=VALUE words, or one text as between the parentheses of a "
          "call, or @FILE, or - for standard input");
      flags->format.declare(parser, Format::python);
      parser.add_flag("--explain", flags->explain,
                      "Tell whether the call is allowed, and why, without making it");
      parser.add_option("--batch", flags->batch, "Run one call a line of FILE (-: standard input)")
          .type_name("FILE");
      parser.add_flag("--stop", flags->stop, "End a batch at the first line that fails");
      parser
          .add_option(
              "--time", flags->time,
              "When to run: HH:MM or 'YYYY-mm-dd HH:MM'; the answer is the schedule's number")
          .type_name("TIME");
      parser
          .add_option("--cycle", flags->cycle,
                      "How often: day, week:1,4, month:1,15,last or a number of seconds")
          .type_name("CYCLE");
      parser
          .add_option("--zone", flags->zone,
                      "Whose clocks TIME is about: Europe/Berlin; unless given the server's")
          .type_name("ZONE");
      parser
          .add_option("--catch-up", flags->catch_up,
                      "When times were missed: once runs the latest, skip none; unless given once")
          .type_name("once|skip");
      parser
          .add_option("--overlap", flags->overlap,
                      "While the run before goes on: refuse skips the time, queue lets it wait; "
                      "unless given refuse")
          .type_name("refuse|queue");
      parser.add_option("--type", flags->type, "0 runs on the server, 1 on the hosts of --target")
          .type_name("0|1")
          .between(0, 1);
      parser.add_option("--target", flags->target, "Hosts, repeated or separated by commas")
          .type_name("HOST")
          .one_value_each()
          .delimiter(',');
      parser.add_flag("--tool", flags->tool, "Admit internal functions on the legacy dialect");
      flags->server.declare(parser);
      return [flags] { return call(*flags); };
    },
    .detail =
        "A word's value gets the type of the parameter that it names; text stays as typed. A "
        "single argument that holds a comma or a quote is read like the arguments of a call in "
        "Python.\n\n"
        "On a terminal the answer is a table, on a pipe the Python literal that callers of 2014 "
        "got. When the call fails, standard output stays empty and the exit code tells: 1 failed, "
        "2 wrong arguments, 4 server not reached, 5 refused, 6 not allowed, 7 not found, 8 timed "
        "out; a batch exits 3 when some lines failed. With --explain 0 is allowed and 6 is not.",
}};

}  // namespace
}  // namespace mega
