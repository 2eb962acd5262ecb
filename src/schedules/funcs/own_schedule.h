// Loads a schedule that the caller wants to change.
#pragma once

#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"

namespace mega {

// Errors: not_found; not_allowed when the caller may not change the schedule.
inline Result<Schedule> own_schedule(const Context& context, std::int64_t id) {
  auto schedule = context[Service<ScheduleStore>{"schedules"}].schedule(id);
  if (!schedule) return fail(schedule.error());
  if (!*schedule) return fail(Errc::not_found, "there is no schedule {}", id);
  if (auto own = check_owner(context.caller, **schedule); !own) return fail(own.error());
  return **std::move(schedule);
}

}  // namespace mega
