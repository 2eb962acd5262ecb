// Schedules as callers make them: an envelope with a TIME is kept, and made a call when it is due.
#pragma once

#include "api/dispatch.h"
#include "schedules/store/schedule_model.h"

#include <string>
#include <vector>

namespace mega {

// The scheduler, as a service of the functions that change schedules.
class ScheduleDriver {
 public:
  virtual ~ScheduleDriver() = default;
  // A schedule was added, changed or removed. Any thread.
  virtual void changed() = 0;
};

// Tells the server's driver, where there is one.
void tell_changed(const Services& services);

// The call as it is made when it is due. Errors: corrupt for a row that was not written by mega.
Result<Envelope> call_of(const Schedule& schedule);

// When it is due, read in its zone. Errors: corrupt likewise.
Result<Timetable> timetable_of(const Schedule& schedule, const Zone& zone);

// The first `count` due times, from `from` on.
Result<std::vector<Time>> due_times(const Schedule& schedule, Time from, std::int64_t count);

// A new timetable in the zone that the schedule names; sets time, cycle and next_due. Errors:
// invalid_argument.
Result<void> set_times(Schedule& schedule, std::string_view time, std::string_view cycle, Time now);

// Only its owner and the admin may change a schedule. Errors: not_allowed.
Result<void> check_owner(const Caller& caller, const Schedule& schedule);

}  // namespace mega
