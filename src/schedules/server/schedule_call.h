// Schedules as calls: an envelope with a TIME is stored, and called when it is due.
#pragma once

#include "api/dispatch.h"
#include "schedules/store/schedule_model.h"

#include <string>
#include <vector>

namespace mega {

// The scheduler, as a service for the functions that change schedules.
class ScheduleDriver {
 public:
  virtual ~ScheduleDriver() = default;
  // Call when a schedule was added, changed or removed. Any thread.
  virtual void changed() = 0;
};

// Calls changed() of the server's ScheduleDriver, if there is one.
void tell_changed(const Services& services);

// The envelope to be called when the schedule is due. Errors: corrupt for a row that mega
// did not write.
Result<Envelope> call_of(const Schedule& schedule);

// The schedule's timetable; `zone` is the zone that it names. Errors: invalid_argument for a row
// that mega did not write.
Result<Timetable> timetable_of(const Schedule& schedule, const Zone& zone);

// The first `count` due times, from `from` on.
Result<std::vector<Time>> due_times(const Schedule& schedule, Time from, std::int64_t count);

// Parses a timetable in the zone that the schedule names; sets time, cycle and next_due. Errors:
// invalid_argument; those of find_zone().
Result<void> set_times(Schedule& schedule, std::string_view time, std::string_view cycle, Time now);

// Checks that the caller is the owner of the schedule or the admin. Errors: not_allowed.
Result<void> check_owner(const Caller& caller, const Schedule& schedule);

}  // namespace mega
