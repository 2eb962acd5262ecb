// What is to be done about a due time that has come, or that came while nobody looked: the server
// was down, busy or asleep, or its clock was set.
#pragma once

#include "base/result.h"
#include "schedules/format/timetable.h"

#include <string_view>

namespace mega {

// What becomes of due times that have passed.
enum class CatchUp {
  once,  // one run for all of them, for the latest
  skip,  // none
};

// What becomes of a due time while the run of an earlier one goes on.
enum class Overlap {
  refuse,  // it is skipped
  queue,   // it runs when that run has ended
};

std::string_view name_of(CatchUp catch_up);  // "once", "skip"
std::string_view name_of(Overlap overlap);   // "refuse", "queue"

// Empty: once; refuse. Errors: invalid_argument with a did-you-mean.
Result<CatchUp> parse_catch_up(std::string_view text);
Result<Overlap> parse_overlap(std::string_view text);

// So late a due time has not passed yet.
inline constexpr std::int64_t on_time_seconds = 60;

struct Due {
  std::optional<Time> run;     // the due time whose run begins now
  std::optional<Time> missed;  // the first of those that get none
  std::int64_t missed_count = 0;
  std::optional<Time> next;  // the first one after now
};

// Requires: `due`, the first due time that nothing was done about, is not later than `now`.
Due settle(const Timetable& timetable, const Zone& zone, Time due, Time now, CatchUp catch_up);

}  // namespace mega
