#include "schedules/format/timetable.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::int64_t year_last = 9999;
// Any weekday and any day of the month occur within so many days.
constexpr int days_looked_at = 400;

bool is_on(const Timetable& timetable, const Civil& date) {
  switch (timetable.every) {
    case Every::once:
    case Every::seconds:
    case Every::day:
      return true;
    case Every::week:
      return timetable.days.test(static_cast<std::size_t>(weekday_of(date)));
    case Every::month:
      return timetable.days.test(static_cast<std::size_t>(date.day)) ||
             (timetable.on_last_day && date.day == days_in(date.year, date.month));
  }
  return false;
}

// Midnight of the day.
std::int64_t begin_of_day(const Civil& civil) {
  return seconds_of({.year = civil.year, .month = civil.month, .day = civil.day});
}

std::optional<Time> next_day(const Timetable& timetable, const Zone& zone, Time after) {
  const std::int64_t first = begin_of_day(timetable.from);
  const std::int64_t time_of_day = seconds_of(timetable.from) - first;
  const std::int64_t begin = std::max(first, begin_of_day(civil_at(zone, after)));
  for (int i = 0; i < days_looked_at; ++i) {
    const Civil local = civil_of(begin + i * seconds_per_day + time_of_day);
    if (local.year > year_last) return std::nullopt;
    if (!is_on(timetable, local)) continue;
    if (const Time due = moment_of(zone, local); due > after) return due;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Time> next_due(const Timetable& timetable, const Zone& zone, Time after) {
  if (timetable.every != Every::once && timetable.every != Every::seconds) {
    return next_day(timetable, zone, after);
  }
  const Time first = moment_of(zone, timetable.from);
  if (first > after) return first;
  if (timetable.every == Every::once) return std::nullopt;
  const std::int64_t passed = (after.seconds - first.seconds) / timetable.seconds;
  const Time due{first.seconds + (passed + 1) * timetable.seconds};
  if (civil_at(zone, due).year > year_last) return std::nullopt;
  return due;
}

}  // namespace mega
