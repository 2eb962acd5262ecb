#include "tasks/agent/legacy_scripts.h"

#include <string.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/log.h"
#include "base/settings.h"
#include "base/text.h"
#include "trust/crypto.h"
#include "value/python.h"

namespace mega {
namespace {

constexpr Logger logger{"legacy"};

const Setting<std::vector<std::string>> scripts_allowed{
    "legacy.scripts",
    {},
    "NAME,...",
    "Scripts that servers of 2014 may start by port 1105",
    {.flag_of = {"daemon"}}};

constexpr const char* rejected = "-1";
// Servers of 2014 write any false ARGS as 0, which their daemons passed on.
constexpr const char* argument_unless_given = "0";
constexpr int exit_code_unit = 256;  // of a wait status
constexpr int status_not_found = 127 * exit_code_unit;
constexpr int status_not_run = 126 * exit_code_unit;
constexpr int exit_code_of_signal_0 = 128;  // in a shell

std::string new_id() { return "legacy/" + to_hex(random_bytes(16)); }

Tuple status_and_text(std::int64_t status, std::string text) { return {{status, std::move(text)}}; }

// Python's getstatusoutput(), which daemons of 2014 used, strips one newline at the end.
std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// The end of a script by a signal as the shell of a daemon of 2014 reported it: the exit code
// 128 + N, and the signal's name in the output.
Value ended_by_signal(std::int64_t signal, const std::string& output) {
  const char* name = ::sigdescr_np(static_cast<int>(signal));
  const bool is_silent = signal == SIGINT || signal == SIGPIPE;
  return status_and_text((exit_code_of_signal_0 + signal) * exit_code_unit,
                         output + (name && !is_silent ? name : ""));
}

// The outcome with a line at the end of its output if that was cut: callers of 2014 see no field.
std::string output_of(const TaskOutcome& outcome) {
  if (!outcome.output_cut) return outcome.output;
  const char* line_end = outcome.output.ends_with('\n') ? "" : "\n";
  return fmt::format("{}{}mega: more output was dropped: run.output_limit keeps {} bytes\n",
                     outcome.output, line_end, outcome.output.size());
}

// The message of the shell that a daemon of 2014 started.
Value missing(const ScriptFolder& folder, const std::string& script) {
  return status_and_text(status_not_found, fmt::format("bash: {}/{}: No such file or directory",
                                                       folder.path(), script));
}

}  // namespace

std::vector<std::string> legacy_scripts(const Settings& settings) {
  return settings[scripts_allowed];
}

TaskOrder legacy_order(const Envelope& envelope, std::string id) {
  TaskOrder order{.id = std::move(id), .script = envelope.function};
  if (const auto* target = envelope.target.as<std::string>()) order.interpreter = *target;
  const auto* argument = envelope.args.as<std::string>();
  order.args = {argument ? *argument : argument_unless_given};
  return order;
}

Value legacy_status(const Result<TaskOutcome>& outcome) {
  if (!outcome) return status_and_text(status_not_run, "mega: " + outcome.error().message);
  const std::string output = output_of(*outcome);
  if (outcome->signal) return ended_by_signal(*outcome->signal, output);
  const std::int64_t code = outcome->exit_code.value_or(0);
  if (code == 0 && outcome->state != TaskState::ok) {
    return status_and_text(status_not_run, output + "mega: " + outcome->reason);
  }
  return status_and_text(code * exit_code_unit, without_last_newline(output));
}

std::optional<Reply> LegacyScripts::answer(const Caller& caller, std::string_view payload) const {
  if (allowed_.empty()) {
    logger.warn("peer={} may start nothing: legacy.scripts names no script", caller.peer);
    return std::nullopt;
  }
  const auto envelope = parse_envelope(payload);
  if (!envelope) {
    logger.warn("peer={} {}", caller.peer, one_line(envelope.error().message));
    return Reply(rejected);
  }
  TaskOrder order = legacy_order(*envelope, new_id());
  if (std::ranges::find(allowed_, order.script) == allowed_.end()) {
    logger.warn("peer={} may not start {}: legacy.scripts does not name it", caller.peer,
                mega::quoted(order.script));
    return std::nullopt;
  }
  if (auto checked = check_order(order); !checked) {
    logger.warn("peer={} {}", caller.peer, checked.error().message);
    return Reply(rejected);
  }
  RunManner manner{.as_a_shell = true};
  if (envelope->type == 1) manner.folder.emplace(own_folder_);
  const auto& folder = manner.folder ? *manner.folder : runner_.folder();
  const auto found = folder.find(order.script);
  if (!found) {
    return Reply(to_python(found.error().code == Errc::not_found
                               ? missing(folder, order.script)
                               : legacy_status(fail(found.error()))));
  }

  order.digest = found->digest;
  logger.info("peer={} starts {} as {}", caller.peer, order.script, order.id);
  Reply reply("");
  reply.later = [this, order = std::move(order), manner = std::move(manner)](TakeReply take) {
    asio::post(executor_, [this, order, manner, take = std::move(take)] {
      const auto ended = [take](const Result<TaskOutcome>& outcome) {
        take(Reply(to_python(legacy_status(outcome))));
      };
      if (auto run = runner_.run(order, {.end = ended}, manner); !run) ended(fail(run.error()));
    });
  };
  return reply;
}

}  // namespace mega
