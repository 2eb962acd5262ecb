// Decides about due times that have come, including those missed while the server was down, busy or
// suspended, or because its clock was set.
#pragma once

#include "base/result.h"
#include "schedules/format/timetable.h"

#include <string_view>

namespace mega {

// What to do about due times that have passed.
enum class CatchUp {
  once,  // one run for all of them, for the latest
  skip,  // no run
};

// What to do about a due time while the run of an earlier one goes on.
enum class Overlap {
  refuse,  // skip the due time
  queue,   // run it after that run
};

std::string_view name_of(CatchUp catch_up);  // "once", "skip"
std::string_view name_of(Overlap overlap);   // "refuse", "queue"

// Empty text is CatchUp::once, Overlap::refuse. Errors: invalid_argument with a did-you-mean.
Result<CatchUp> parse_catch_up(std::string_view text);
Result<Overlap> parse_overlap(std::string_view text);

// Seconds: a due time that is later than this has passed.
inline constexpr std::int64_t on_time_seconds = 60;

struct Due {
  std::optional<Time> run;     // the due time whose run begins now
  std::optional<Time> missed;  // the first due time that gets no run
  std::int64_t missed_count = 0;
  std::optional<Time> next;  // the first due time after now
};

// Requires: `due`, the first unsettled due time, is not later than `now`.
Due settle(const Timetable& timetable, const Zone& zone, Time due, Time now, CatchUp catch_up);

}  // namespace mega
