#include "tasks/format/order.h"

#include "base/text.h"
#include "value/map_fields.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

constexpr std::size_t script_name_bytes_max = 128;
constexpr std::array<std::string_view, 5> interpreters = {"", "cmd", "python", "bash", "perl"};

constexpr std::array<std::string_view, 10> state_names = {
    "waiting",     "running", "ok",        "failed",  "timed_out",
    "unreachable", "expired", "cancelled", "refused", "lost"};

template <class Fields, class Order>
void visit_order(Fields& fields, Order& order) {
  fields("id", order.id);
  fields("script", order.script);
  fields("command", order.command);
  fields("interpreter", order.interpreter);
  fields("args", order.args);
  fields("input", order.input);
  fields("user", order.user);
  fields("folder", order.folder);
  fields("environment", order.environment);
  fields("nice", order.nice);
  fields("time_limit_s", order.time_limit_s);
  fields("output_limit_bytes", order.output_limit_bytes);
  fields("expires", order.expires);
  fields("digest", order.digest);
}

// All fields but the state, which is text in the map and an enum in TaskOutcome.
template <class Fields, class Outcome>
void visit_outcome(Fields& fields, Outcome& outcome) {
  fields("reason", outcome.reason);
  fields("exit_code", outcome.exit_code);
  fields("signal", outcome.signal);
  fields("output", outcome.output);
  fields("errors", outcome.errors);
  fields("output_cut", outcome.output_cut);
  fields("errors_cut", outcome.errors_cut);
  fields("started", outcome.started);
  fields("ended", outcome.ended);
  fields("cpu_ms", outcome.cpu_ms);
  fields("peak_memory_kib", outcome.peak_memory_kib);
}

bool holds_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool holds_nul(std::string_view text) { return text.find('\0') != text.npos; }

Result<void> check_id(const std::string& id) {
  if (id.empty()) return fail(Errc::invalid_argument, "the task has no id");
  if (id.size() > task_id_bytes_max || holds_control(id) || id.find(' ') != id.npos) {
    return fail(Errc::invalid_argument, "{} is no task id", quoted(id));
  }
  return {};
}

// execve() reads each word up to a NUL, so a NUL would hide the rest of the word.
Result<void> check_words(const char* what, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (holds_nul(word)) {
      return fail(Errc::invalid_argument, "{} {} holds a NUL byte", what, quoted(word));
    }
  }
  return {};
}

Result<void> check_program(const TaskOrder& order) {
  if (!order.script.empty() && !order.command.empty()) {
    return fail(Errc::invalid_argument, "a task has a script or a command, not both");
  }
  if (order.command.empty()) return check_script_name(order.script);
  if (order.command.front().empty()) return fail(Errc::invalid_argument, "the command is empty");
  if (!order.args.empty()) {
    return fail(Errc::invalid_argument, "the arguments of a command stand in the command");
  }
  return check_words("the argument", order.command);
}

Result<void> check_environment(const TaskOrder& order) {
  for (const auto& [name, text] : order.environment) {
    if (name.empty() || name.find('=') != name.npos || holds_control(name) || holds_nul(text)) {
      return fail(Errc::invalid_argument, "the environment variable {} cannot be set",
                  quoted(name));
    }
  }
  return {};
}

Result<void> check_numbers(const TaskOrder& order) {
  if (order.nice < -20 || order.nice > 19) {
    return fail(Errc::invalid_argument, "nice is {}, want -20 to 19", order.nice);
  }
  for (const auto& [name, number] : {std::pair{"time_limit_s", order.time_limit_s},
                                     {"output_limit_bytes", order.output_limit_bytes},
                                     {"expires", order.expires}}) {
    if (number < 0) return fail(Errc::invalid_argument, "{} is {}, want 0 or more", name, number);
  }
  return {};
}

}  // namespace

Result<void> check_script_name(std::string_view name) {
  if (name.empty()) return fail(Errc::invalid_argument, "the name of the script is missing");
  if (name.size() > script_name_bytes_max || name.front() == '.' || holds_control(name) ||
      name.find('/') != name.npos) {
    return fail(Errc::invalid_argument,
                "{} is no name of a script: want a file name without slash, dot in front or "
                "control character",
                quoted(name));
  }
  return {};
}

Result<void> check_order(const TaskOrder& order) {
  if (auto checked = check_id(order.id); !checked) return checked;
  if (auto checked = check_program(order); !checked) return checked;
  if (std::ranges::find(interpreters, order.interpreter) == interpreters.end()) {
    return fail(Errc::invalid_argument,
                "the interpreter {} is not known: want cmd, python, bash, "
                "perl or none",
                quoted(order.interpreter));
  }
  if (auto checked = check_words("the argument", order.args); !checked) return checked;
  if (auto checked = check_words("the user", {order.user}); !checked) return checked;
  if (auto checked = check_words("the folder", {order.folder}); !checked) return checked;
  if (auto checked = check_environment(order); !checked) return checked;
  return check_numbers(order);
}

Value to_value(const TaskOrder& order) {
  FieldWriter fields;
  visit_order(fields, order);
  return fields.take();
}

Result<TaskOrder> order_from(const Value& value) {
  const auto* map = value.as<Map>();
  if (!map) {
    return fail(Errc::invalid_argument, "a task order is of kind {}, want a map", kind_name(value));
  }
  TaskOrder order;
  FieldReader fields(*map, "a task order");
  visit_order(fields, order);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (auto checked = check_order(order); !checked) return fail(checked.error());
  return order;
}

std::string_view name_of(TaskState state) { return state_names[static_cast<std::size_t>(state)]; }

Result<TaskState> parse_task_state(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  if (found == state_names.end()) {
    return fail(Errc::invalid_argument, "{} is no state of a task", quoted(name));
  }
  return static_cast<TaskState>(found - state_names.begin());
}

bool is_final(TaskState state) { return state >= TaskState::ok; }

Value to_value(const TaskOutcome& outcome) {
  FieldWriter fields;
  fields("state", std::string(name_of(outcome.state)));
  visit_outcome(fields, outcome);
  return fields.take();
}

Result<TaskOutcome> outcome_from(const Value& value) {
  const auto* map = value.as<Map>();
  if (!map) {
    return fail(Errc::invalid_argument, "an outcome is of kind {}, want a map", kind_name(value));
  }
  TaskOutcome outcome;
  std::string name;
  FieldReader fields(*map, "an outcome");
  fields("state", name);
  visit_outcome(fields, outcome);
  if (auto read = fields.result(); !read) return fail(read.error());
  const auto state = parse_task_state(name);
  if (!state) return fail(state.error());
  if (!is_final(*state)) return fail(Errc::invalid_argument, "an outcome is never {}", name);
  outcome.state = *state;
  return outcome;
}

std::string interpreter_of(const TaskOrder& order) {
  if (!order.interpreter.empty()) return order.interpreter;
  if (order.script.ends_with(".py")) return "python";
  if (order.script.ends_with(".sh")) return "bash";
  if (order.script.ends_with(".pl")) return "perl";
  return "cmd";
}

}  // namespace mega
