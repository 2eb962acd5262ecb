// ZoneRule: a zone's rule for future times, in the POSIX syntax of TZ and of the last line of a
// zone file:
//
//   CET-1CEST,M3.5.0,M10.5.0/3
//
//   rule   := name offset [ name [offset] "," day ["/" time] "," day ["/" time] ]
//   name   := three letters or more, or "<" letters, digits, signs ">"
//   offset := [+|-] h[h] [":" mm [":" ss]]     added to local time to get UTC
//   time   := the same, up to 167 hours; when the clocks change, default 02:00:00
//   day    := "M" month "." week "." weekday   week 5 is the last, weekday 0 is Sunday
//           | "J" day                          1 to 365, never the leap day
//           | day                              0 to 365
//
// Names, offsets and times hold nothing else. Summer time without days is refused: no zone
// file has it.
#pragma once

#include "base/result.h"
#include "schedules/format/zone.h"

#include <string_view>

namespace mega {

struct DayOfYear {
  enum class Kind { weekday_of_month, without_leap_day, from_zero };
  Kind kind = Kind::from_zero;
  std::int64_t month = 1, week = 1, weekday = 0;
  std::int64_t day = 0;
  std::int64_t second = 7200;  // after midnight; may be negative or exceed a day

  // The moment in that year, in seconds of the calendar (base/civil.h).
  std::int64_t in_year(std::int64_t year) const;
};

class ZoneRule : public Zone {
 public:
  // Errors: corrupt for any other text.
  static Result<ZoneRule> parse(std::string_view text);

  std::int64_t offset_at(Time time) const override;

 private:
  std::int64_t standard_ = 0;  // seconds ahead of UTC
  bool has_summer_ = false;
  std::int64_t summer_ = 0;
  DayOfYear begin_, end_;  // of summer time
};

}  // namespace mega
