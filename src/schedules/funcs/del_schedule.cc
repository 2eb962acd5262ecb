// del_schedule(id) -> code
//
// Removes a schedule and the records of its runs; a run that has begun continues. Errors:
// not_found; not_allowed unless the caller is the owner or the admin; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "schedules/funcs/own_schedule.h"
#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

const Param<Natural> id{"id", "of the schedule"};

Result<Value> del_schedule(Context& context, const Args& args) {
  const auto schedule = own_schedule(context, args[id].number);
  if (!schedule) return fail(schedule.error());
  const auto removed = context[schedule_store].del_schedule(context.author, schedule->id);
  if (removed) tell_changed(context.services);
  return done(removed);
}

const Registered<Function> function{{
    .name = "del_schedule",
    .summary = "Remove a schedule",
    .params = {id},
    .permission = Permission::self,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_schedule id=7",
    .detail = "Only its owner and the admin may. A run that has begun goes on to its end.",
    .run = del_schedule,
}};

}  // namespace
}  // namespace mega
