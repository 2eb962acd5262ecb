#include "cmd/schedules/schedule_table.h"

#include "base/text.h"
#include "base/utf8.h"
#include "schedules/format/timetable.h"
#include "value/grid.h"
#include "value/table.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t result_bytes_max = 100;

// For parsing a server's texts, which need no zone.
class Utc : public Zone {
 public:
  std::int64_t offset_at(Time) const override { return 0; }
};

bool is_one_of(std::string_view state, std::initializer_list<std::string_view> states) {
  return std::ranges::find(states, state) != states.end();
}

// Parses a time with an offset, so that it is shown in local time.
Value time_in(const Map& row, std::string_view column) {
  const std::string text = text_in(row, column);
  if (text.empty()) return {};
  const auto time = parse_time(text);
  return time ? Value(*time) : Value(text);
}

std::string cut(std::string text) {
  if (text.size() <= result_bytes_max) return text;
  return std::string(cut_utf8(text, result_bytes_max)) + "...";
}

std::string result_of(const Map& row, std::string_view state_column,
                      std::string_view result_column) {
  const std::string state = text_in(row, state_column);
  const std::string result = text_in(row, result_column);
  return cut(result.empty() ? state : fmt::format("{}: {}", state, result));
}

std::string dressed(const std::string& line, std::string_view state, const TextStyle& style) {
  if (is_one_of(state, {"failed", "refused", "lost"})) return style.red(line);
  if (is_one_of(state, {"missed", "skipped"})) return style.yellow(line);
  return line;
}

// The rows as a table; `states` has the state of each row, for its colour.
std::string table_of(List rows, const std::vector<std::string>& states, const TextStyle& style) {
  if (rows.empty()) return "";
  const std::string table = to_table(Value(std::move(rows)), style.colour);
  std::string out;
  std::size_t line_number = 0;
  for (const std::string_view line :
       split(std::string_view(table).substr(0, table.size() - 1), '\n')) {
    const std::string text(line);
    out += line_number == 0 ? text : dressed(text, states[line_number - 1], style);
    out += '\n';
    ++line_number;
  }
  return out;
}

Value next_of(const Map& row) {
  const std::string state = text_in(row, "state");
  return state == "active" ? time_in(row, "next_due") : Value(state);
}

std::string owner_of(const Map& row) {
  const std::string owner = text_in(row, "owner");
  return owner.empty() ? text_in(row, "address") : owner;
}

}  // namespace

std::string text_in(const Map& row, std::string_view column) {
  const Value* cell = row.find(column);
  return cell && !cell->is_none() ? cell_text(*cell) : "";
}

std::string when_text(const Map& schedule) {
  const std::string time = text_in(schedule, "time"), cycle = text_in(schedule, "cycle");
  constexpr Time before_all{-2 * seconds_per_day};
  const auto timetable = parse_timetable(time, cycle, Utc{}, before_all);
  std::string text = timetable ? describe(*timetable) : fmt::format("{} {}", time, cycle);
  if (const std::string zone = text_in(schedule, "zone"); !zone.empty()) text += " " + zone;
  return text;
}

std::string schedules_table(const Value& rows, const TextStyle& style) {
  List lines;
  std::vector<std::string> states;
  const List none;
  for (const Value& item : rows.is<List>() ? *rows.as<List>() : none) {
    const auto* row = item.as<Map>();
    if (!row) continue;
    Map line{{"id", text_in(*row, "id")},
             {"function", text_in(*row, "function")},
             {"args", cut(text_in(*row, "args"))},
             {"when", when_text(*row)},
             {"next", next_of(*row)},
             {"last", time_in(*row, "last_due")},
             {"result", result_of(*row, "last_state", "last_result")},
             {"owner", owner_of(*row)}};
    lines.emplace_back(std::move(line));
    states.push_back(text_in(*row, "last_state"));
  }
  return table_of(std::move(lines), states, style);
}

std::string runs_table(const Value& rows, const TextStyle& style) {
  List lines;
  std::vector<std::string> states;
  const List none;
  for (const Value& item : rows.is<List>() ? *rows.as<List>() : none) {
    const auto* row = item.as<Map>();
    if (!row) continue;
    const std::string times = text_in(*row, "times");
    std::string result = result_of(*row, "state", "result");
    if (times != "1" && !times.empty()) result = fmt::format("{} times {}", times, result);
    lines.emplace_back(Map{{"schedule", text_in(*row, "schedule_id")},
                           {"function", text_in(*row, "function")},
                           {"due", time_in(*row, "due")},
                           {"started", time_in(*row, "started")},
                           {"ended", time_in(*row, "ended")},
                           {"result", std::move(result)}});
    states.push_back(text_in(*row, "state"));
  }
  return table_of(std::move(lines), states, style);
}

}  // namespace mega
