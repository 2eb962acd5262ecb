// Timetables: parsing and formatting as text.
#include "schedules/format/timetable.h"

#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mega {
namespace {

constexpr std::array<std::string_view, 8> weekday_names{"",    "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat", "Sun"};
constexpr std::int64_t year_first = 1970;

// A parsed TIME: a time of day, perhaps with a date.
struct Given {
  Civil civil;
  bool has_date = false;
};

Result<Given> parse_time_given(std::string_view text) {
  Given given;
  Scanner of_day(text);
  if (scan_time_of_day(of_day, given.civil) && of_day.at_end()) return given;
  given = {.civil = {}, .has_date = true};
  Scanner scanner(text);
  const bool whole = scan_date(scanner, given.civil) && (scanner.skip(' ') || scanner.skip('T')) &&
                     scan_time_of_day(scanner, given.civil) && scanner.at_end();
  if (whole && given.civil.year >= year_first) return given;
  return fail(Errc::invalid_argument,
              "TIME takes HH:MM or 'YYYY-mm-dd HH:MM', each also with :SS, not {}", quoted(text));
}

auto no_cycle(std::string_view text, std::string_view meant = "") {
  return fail(
      Errc::invalid_argument,
      "CYCLE takes day, week, week:1,4 (1 is Monday), month, month:1,15,last or a number of "
      "seconds, not {}{}",
      quoted(text), meant);
}

Result<void> parse_seconds(std::string_view text, std::int64_t number, Timetable& out) {
  if (number < 1 || number > cycle_seconds_max) {
    return fail(Errc::invalid_argument, "a CYCLE in seconds takes 1 to {}, not {}",
                cycle_seconds_max, text);
  }
  out.every = Every::seconds;
  out.seconds = number;
  return {};
}

// Parses the list after "week:" or "month:".
Result<void> parse_days(std::string_view cycle, std::string_view list, Timetable& out) {
  const bool month = out.every == Every::month;
  const std::int64_t most = month ? 31 : 7;
  for (const std::string_view part : split(list, ',')) {
    const std::string_view word = trim(part);
    if (month && to_lower(word) == "last") {
      out.on_last_day = true;
      continue;
    }
    const auto number = parse_integer(word);
    if (!number || *number < 1 || *number > most) {
      return fail(Errc::invalid_argument, "{} takes days from 1 to {}{}, not {} (in {})",
                  month ? "month:" : "week:", most, month ? " and last" : "", quoted(word),
                  quoted(cycle));
    }
    out.days.set(static_cast<std::size_t>(*number));
  }
  return {};
}

Result<void> parse_cycle(std::string_view text, Timetable& out) {
  if (text.empty()) return {};
  if (const auto number = parse_integer(text)) return parse_seconds(text, *number, out);
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string word = to_lower(trim(text.substr(0, colon)));
  static const std::array<std::string, 3> words{"day", "week", "month"};
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return no_cycle(text, did_you_mean(word, words));
  constexpr std::array kinds{Every::day, Every::week, Every::month};
  out.every = kinds[static_cast<std::size_t>(found - words.begin())];
  if (colon == text.size()) return {};
  if (out.every == Every::day) return no_cycle(text);
  return parse_days(text, text.substr(colon + 1), out);
}

// Sets the date of `from`: the first one, today or later, on which the time of day is
// still to come.
void find_date(Timetable& timetable, const Zone& zone, Time now) {
  Timetable daily = timetable;
  if (timetable.days.none() && !timetable.on_last_day) daily.every = Every::day;
  const Civil today = civil_at(zone, now);
  daily.from.year = today.year;
  daily.from.month = today.month;
  daily.from.day = today.day;
  const auto due = next_due(daily, zone, {now.seconds - 1});
  // A time that the clocks skip today is due right after the gap; its date is still today.
  std::int64_t date = seconds_of(daily.from);
  while (due && moment_of(zone, civil_of(date)) < *due) date += seconds_per_day;
  timetable.from = civil_of(date);
}

void fill_in_days(Timetable& timetable) {
  if (timetable.days.any() || timetable.on_last_day) return;
  if (timetable.every == Every::week) {
    timetable.days.set(static_cast<std::size_t>(weekday_of(timetable.from)));
  } else if (timetable.every == Every::month) {
    timetable.days.set(static_cast<std::size_t>(timetable.from.day));
  }
}

std::string time_of_day_text(const Civil& civil) {
  std::string text = fmt::format("{:02}:{:02}", civil.hour, civil.minute);
  if (civil.second != 0) text += fmt::format(":{:02}", civil.second);
  return text;
}

std::vector<std::string> day_names(const Timetable& timetable, bool for_people) {
  std::vector<std::string> names;
  for (std::size_t day = 1; day < timetable.days.size(); ++day) {
    if (!timetable.days.test(day)) continue;
    const bool named = for_people && timetable.every == Every::week;
    names.push_back(named ? std::string(weekday_names[day]) : std::to_string(day));
  }
  if (timetable.on_last_day) names.emplace_back("last");
  return names;
}

// "5 minutes" for 300.
std::string span_text(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  for (const Unit unit : {Unit{86'400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"}}) {
    if (seconds % unit.seconds != 0) continue;
    const std::int64_t count = seconds / unit.seconds;
    return count == 1 ? std::string(unit.name) : fmt::format("{} {}s", count, unit.name);
  }
  return seconds == 1 ? "second" : fmt::format("{} seconds", seconds);
}

}  // namespace

Result<Timetable> parse_timetable(std::string_view time, std::string_view cycle, const Zone& zone,
                                  Time now) {
  const auto given = parse_time_given(trim(time));
  if (!given) return fail(given.error());
  Timetable timetable{.from = given->civil};
  if (auto parsed = parse_cycle(trim(cycle), timetable); !parsed) return fail(parsed.error());
  if (!given->has_date) find_date(timetable, zone, now);
  fill_in_days(timetable);
  if (!next_due(timetable, zone, {now.seconds - 1})) {
    return fail(Errc::invalid_argument, "{} has passed: without a CYCLE it never comes again",
                quoted(time));
  }
  return timetable;
}

std::string time_text(const Timetable& timetable) {
  const Civil& from = timetable.from;
  return fmt::format("{:04}-{:02}-{:02} {}", from.year, from.month, from.day,
                     time_of_day_text(from));
}

std::string cycle_text(const Timetable& timetable) {
  switch (timetable.every) {
    case Every::once:
      return "";
    case Every::seconds:
      return std::to_string(timetable.seconds);
    case Every::day:
      return "day";
    case Every::week:
      return fmt::format("week:{}", join_text(day_names(timetable, false), ","));
    case Every::month:
      return fmt::format("month:{}", join_text(day_names(timetable, false), ","));
  }
  return "";
}

std::string describe(const Timetable& timetable) {
  const std::string time = time_of_day_text(timetable.from);
  switch (timetable.every) {
    case Every::once:
      return "once at " + time_text(timetable);
    case Every::seconds:
      return fmt::format("every {} from {}", span_text(timetable.seconds), time_text(timetable));
    case Every::day:
      return "every day at " + time;
    case Every::week:
      return fmt::format("{} at {}", join_text(day_names(timetable, true), ", "), time);
    case Every::month: {
      const auto days = day_names(timetable, true);
      return fmt::format("day {} of the month at {}", join_text(days, ", "), time);
    }
  }
  return "";
}

}  // namespace mega
