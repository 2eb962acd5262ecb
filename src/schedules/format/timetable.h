// Timetables: what TIME and CYCLE of an envelope mean, and when that is due. docs/PROTOCOL.md,
// "Envelope".
//
//   TIME     HH:MM[:SS]               the next time that the clocks show it
//            YYYY-mm-dd HH:MM[:SS]    then, and with a CYCLE not before
//   CYCLE    none                     once
//            day
//            week, week:1,4           1 is Monday; without days the one on which TIME comes first
//            month, month:1,15,last   likewise; a day that a month lacks does not come in it
//            a number of seconds      from TIME on
//
// Days and times are those of the clocks in one zone: a time that they skip is due when they have
// skipped it, and one that they go through twice is due the first time. Seconds are counted as they
// pass, whatever the clocks are set to.
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
  Civil from;  // nothing is due before it; its time of day is that of every day
  Every every = Every::once;
  std::int64_t seconds = 0;  // Every::seconds only
  std::bitset<32> days{};    // 1 to 7, or 1 to 31
  bool on_last_day = false;  // of each month

  friend bool operator==(const Timetable&, const Timetable&) = default;
};

// At most a hundred years.
inline constexpr std::int64_t cycle_seconds_max = std::int64_t{100} * 366 * 86'400;

// `from` is made a date, days are filled in: what is written by time_text() and cycle_text() reads
// the same at any later time. Errors: invalid_argument with what is wanted; also for what would
// never be due.
Result<Timetable> parse_timetable(std::string_view time, std::string_view cycle, const Zone& zone,
                                  Time now);

std::string time_text(const Timetable& timetable);   // "2026-08-27 02:30", with seconds if it has
std::string cycle_text(const Timetable& timetable);  // "week:1,4"; "" for once

// The sentence for people: "Mon, Thu at 02:30", "every 5 minutes from 2026-08-27 02:30".
std::string describe(const Timetable& timetable);

// The first due time that is later than `after`; nullopt: there is none.
std::optional<Time> next_due(const Timetable& timetable, const Zone& zone, Time after);

}  // namespace mega
