// Timetable: the meaning of TIME and CYCLE of an envelope (docs/PROTOCOL.md, "Envelope"), and the
// due times.
//
//   TIME     HH:MM[:SS]               the next time that the clock shows it
//            YYYY-mm-dd HH:MM[:SS]    then; with a CYCLE, not before then
//   CYCLE    none                     once
//            day
//            week, week:1,4           1 is Monday; without days: the weekday of the first TIME
//            month, month:1,15,last   likewise; months that lack a day skip it
//            a number of seconds      every so many seconds, from TIME on
//
// Dates and times are local times of one zone: a time that is skipped when the clocks go forward is
// due right after the gap, and a time that occurs twice is due the first time. Cycles in seconds
// count elapsed time, regardless of clock changes.
#pragma once

#include "base/result.h"
#include "schedules/format/zone.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

enum class Every { once, seconds, day, week, month };

struct Timetable {
  Civil from;  // nothing is due before it; gives the time of day
  Every every = Every::once;
  std::int64_t seconds = 0;  // Every::seconds only
  std::bitset<32> days{};    // 1 to 7 (week), or 1 to 31 (month)
  bool on_last_day = false;  // of each month

  friend bool operator==(const Timetable&, const Timetable&) = default;
};

// The longest CYCLE in seconds, about a hundred years.
inline constexpr std::int64_t cycle_seconds_max = std::int64_t{100} * 366 * 86'400;

// Parses TIME and CYCLE. Adds a missing date to `from` and missing days, so that time_text() and
// cycle_text() parse to the same timetable at any later time. Errors: invalid_argument, stating the
// accepted forms; also for a timetable that is never due.
Result<Timetable> parse_timetable(std::string_view time, std::string_view cycle, const Zone& zone,
                                  Time now);

std::string time_text(const Timetable& timetable);   // "2026-08-27 02:30"; seconds unless 0
std::string cycle_text(const Timetable& timetable);  // "week:1,4"; "" for once

// For display: "Mon, Thu at 02:30", "every 5 minutes from 2026-08-27 02:30".
std::string describe(const Timetable& timetable);

// The first due time later than `after`; nullopt: the timetable has no later one.
std::optional<Time> next_due(const Timetable& timetable, const Zone& zone, Time after);

}  // namespace mega
