// Schedules as callers make them: an envelope with a TIME is kept, and made a call when it is due.
#pragma once

#include "api/dispatch.h"
#include "schedules/store/schedule_model.h"

#include <string>
#include <vector>

namespace mega {

// Keeps a call that may be made now; the id of its schedule. `shown` is its arguments, masked.
// Errors: invalid_argument for TIME, CYCLE, ZONE, CATCH_UP and OVERLAP; refused when there are too
// many, and for what cannot be called later; those of the store.
Result<Value> schedule_call(const Api& api, const Caller& caller, const Function& function,
                            const Envelope& envelope, const std::string& shown);

// The call as it is made when it is due. Errors: corrupt for a row that was not written by mega.
Result<Envelope> call_of(const Schedule& schedule);

// When it is due, read in its zone. Errors: corrupt likewise.
Result<Timetable> timetable_of(const Schedule& schedule, const Zone& zone);

// The first `count` due times, from `from` on.
Result<std::vector<Time>> due_times(const Schedule& schedule, Time from, std::int64_t count);

// A new timetable in the zone that the schedule names; sets time, cycle and next_due. Errors:
// invalid_argument.
Result<void> set_times(Schedule& schedule, std::string_view time, std::string_view cycle, Time now);

// Schedules are changed by who made them, and by the admin. Errors: not_allowed.
Result<void> check_owner(const Caller& caller, const Schedule& schedule);

}  // namespace mega
