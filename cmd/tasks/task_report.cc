#include "cmd/tasks/task_report.h"

#include "base/text.h"
#include "hosts/format/host_list.h"
#include "tasks/format/batch.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace mega {
namespace {

constexpr std::array all_states = {
    TaskState::ok,      TaskState::failed,  TaskState::timed_out, TaskState::refused,
    TaskState::lost,    TaskState::expired, TaskState::cancelled, TaskState::unreachable,
    TaskState::running, TaskState::waiting};

std::string text_at(const Map& row, std::string_view name) {
  const Value* value = row.find(name);
  if (!value) return "";
  if (const auto* text = value->as<std::string>()) return *text;
  const auto* bytes = value->as<Bytes>();
  return bytes ? bytes->data : "";
}

std::optional<std::int64_t> number_at(const Map& row, std::string_view name) {
  const Value* value = row.find(name);
  const auto* number = value ? value->as<std::int64_t>() : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string named(TaskState state) {
  std::string name(name_of(state));
  std::ranges::replace(name, '_', ' ');
  return name;
}

// "failed, exit code 3"; the reason includes the exit code.
std::string end_of(const TargetEnd& end) {
  std::string text = named(end.state);
  if (!end.reason.empty()) text += ", " + one_line(end.reason);
  return text;
}

std::string dressed(const TargetEnd& end, const std::string& text, const TextStyle& style) {
  if (end.state == TaskState::ok) return style.green(text);
  return is_failure(end.state) ? style.red(text) : style.yellow(text);
}

// Escapes control characters, line by line.
std::string shown(const std::string& output, const TextStyle& style) {
  if (!style.terminal && is_utf8(output)) return output;
  std::string text;
  for (const std::string_view line : split(output, '\n')) {
    text += one_line(line);
    text += '\n';
  }
  text.pop_back();  // the last line had no newline
  return text;
}

void append_output(std::string& text, const std::string& output, bool cut, const TextStyle& style) {
  text += shown(output, style);
  if (!output.empty() && !output.ends_with('\n')) text += '\n';
  if (cut) text += "(more was printed, and not kept)\n";
}

// Equal keys: the ends look the same in the report.
auto key_of(const TargetEnd& end) {
  return std::tuple(end.state != TaskState::ok, end.state, end.reason, end.output, end.errors,
                    end.output_cut, end.errors_cut, end.later);
}

void append_late(std::string& text, const LateEnd& late, const TextStyle& style) {
  text += fmt::format("told later, {}: {}{}{}\n", late.reported, named(late.state),
                      late.reason.empty() ? "" : ", ", one_line(late.reason));
  append_output(text, late.output, late.output_cut, style);
  append_output(text, late.errors, late.errors_cut, style);
}

// " (db[07,19])"; empty when the hosts are not known.
std::string named_in(const List& left, std::string_view state) {
  std::vector<std::string> hosts;
  for (const Value& item : left) {
    const auto* pair = item.as<List>();
    const auto* host = pair && pair->size() == 2 ? (*pair)[0].as<std::string>() : nullptr;
    if (host && (*pair)[1] == Value(state)) hosts.push_back(*host);
  }
  return hosts.empty() ? "" : fmt::format(" ({})", one_line(fold_hosts(hosts)));
}

bool flag_at(const Map& row, std::string_view name) {
  const Value* value = row.find(name);
  return value && (*value == Value(true) || number_at(row, name).value_or(0) != 0);
}

Result<std::optional<LateEnd>> late_end(const Map& row) {
  const Value* later = row.find(std::string_view("later"));
  const auto* told = later ? later->as<Map>() : nullptr;
  if (!told) return std::nullopt;
  const auto state = parse_task_state(text_at(*told, "state"));
  if (!state) return fail(Errc::corrupt, "a host cannot be read: {}", state.error().message);
  return LateEnd{.state = *state,
                 .reason = text_at(*told, "reason"),
                 .output = text_at(*told, "output"),
                 .errors = text_at(*told, "errors"),
                 .output_cut = flag_at(*told, "output_cut"),
                 .errors_cut = flag_at(*told, "errors_cut"),
                 .reported = text_at(*told, "reported")};
}

}  // namespace

Result<std::vector<TargetEnd>> target_ends(const Value& answer) {
  const auto* rows = answer.as<List>();
  if (!rows) return fail(Errc::corrupt, "the server answered no list of hosts");
  std::vector<TargetEnd> ends;
  for (const Value& item : *rows) {
    const auto* row = item.as<Map>();
    const auto state = row ? parse_task_state(text_at(*row, "state"))
                           : Result<TaskState>(fail(Errc::corrupt, "it is no map"));
    if (!state) return fail(Errc::corrupt, "a host cannot be read: {}", state.error().message);
    auto later = late_end(*row);
    if (!later) return fail(later.error());
    ends.push_back({.host = text_at(*row, "host"),
                    .state = *state,
                    .reason = text_at(*row, "reason"),
                    .exit_code = number_at(*row, "exit_code"),
                    .output = text_at(*row, "output"),
                    .errors = text_at(*row, "errors"),
                    .output_cut = number_at(*row, "output_cut").value_or(0) != 0,
                    .errors_cut = number_at(*row, "errors_cut").value_or(0) != 0,
                    .later = *std::move(later)});
  }
  return ends;
}

std::string folded(std::span<const TargetEnd> ends, const TextStyle& style) {
  std::map<decltype(key_of(ends[0])), std::vector<std::string>> groups;
  std::map<decltype(key_of(ends[0])), const TargetEnd*> examples;
  for (const TargetEnd& end : ends) {
    groups[key_of(end)].push_back(end.host);
    examples.emplace(key_of(end), &end);
  }
  std::string text;
  for (const auto& [key, hosts] : groups) {
    const TargetEnd& end = *examples[key];
    if (!text.empty()) text += '\n';
    const std::string number = hosts.size() == 1 ? "" : fmt::format(" ({} hosts)", hosts.size());
    text += style.bold(one_line(fold_hosts(hosts)) + number + ": ");
    text += dressed(end, end_of(end), style) + '\n';
    append_output(text, end.output, end.output_cut, style);
    append_output(text, end.errors, end.errors_cut, style);
    if (end.later) append_late(text, *end.later, style);
  }
  return text;
}

std::string sums(std::span<const TargetEnd> ends) {
  std::string text = counted(ends.size(), "host");
  std::string_view comma = ": ";
  for (const TaskState state : all_states) {
    const auto number = std::ranges::count(ends, state, &TargetEnd::state);
    if (number == 0) continue;
    text += fmt::format("{}{} {}", comma, number, named(state));
    comma = ", ";
  }
  return text;
}

std::string progress(const Map& task, const List& left) {
  const auto hosts = number_at(task, "hosts").value_or(0);
  std::vector<std::string> parts;
  std::int64_t waiting = hosts;
  for (const char* name : {"ok", "failed", "unreachable", "cancelled", "running"}) {
    const auto number = number_at(task, name).value_or(0);
    waiting -= number;
    if (number > 0) parts.push_back(fmt::format("{} {}{}", number, name, named_in(left, name)));
  }
  if (waiting > 0) parts.push_back(fmt::format("{} waiting{}", waiting, named_in(left, "waiting")));
  return fmt::format("{}: {}", counted(static_cast<std::size_t>(hosts), "host"),
                     join_text(parts, ", "));
}

Result<void> verdict(std::int64_t task, std::span<const TargetEnd> ends) {
  const auto away = std::ranges::count(ends, TaskState::unreachable, &TargetEnd::state);
  const auto fine = std::ranges::count(ends, TaskState::ok, &TargetEnd::state);
  if (fine == std::ssize(ends)) return {};
  const Errc code =
      fine + away == std::ssize(ends) ? Errc::partly_unavailable : Errc::partly_failed;
  return fail(code, "task {} did not end ok on all of its {}", task, sums(ends));
}

}  // namespace mega
