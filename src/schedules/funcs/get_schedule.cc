// get_schedule(id) -> ({id, function, ...}, code)
//
// One schedule. Errors: not_found; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

const Param<Natural> id{"id", "of the schedule"};

Result<Value> get_schedule(Context& context, const Args& args) {
  const std::int64_t wanted = args[id].number;
  return one(context[schedule_store].schedule_row(wanted),
             [&] { return fmt::format("schedule {}", wanted); });
}

const Registered<Function> function{{
    .name = "get_schedule",
    .summary = "One schedule, with its latest run",
    .params = {id},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_schedule id=7",
    .detail = "The columns are those of get_all_schedule.",
    .run = get_schedule,
}};

}  // namespace
}  // namespace mega
