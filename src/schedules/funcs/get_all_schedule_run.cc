// get_all_schedule_run(id=0, count=100) -> ([{id, schedule_id, due, state, ...}, ...], code)
//
// Lists the newest due times and their outcomes. Errors: not_found; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

const Param<Natural> id{"id", 0, "of a schedule; 0: of all"};
const Param<Natural> count{"count", 100, "the newest so many; 0: all"};

Result<Value> get_all_schedule_run(Context& context, const Args& args) {
  const std::int64_t wanted = args[id].number;
  if (wanted != 0) {
    const auto known = context[schedule_store].schedule(wanted);
    if (!known) return fail(known.error());
    if (!*known) return fail(Errc::not_found, "there is no schedule {}", wanted);
  }
  return all(context[schedule_store].schedule_runs(wanted, args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_schedule_run",
    .summary = "List what became of the newest due times",
    .params = {id, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_schedule_run id=7 count=20",
    .detail =
        "Rows: id, schedule_id, function, due, state, times, started, ended, result, task_id. "
        "States: waiting,\n"
        "running, ok, failed, refused (its owner may not any more, or a safety check said no), "
        "skipped (the\n"
        "run before it was still going), missed (so many times in a row, from due on, the server "
        "was not there),\n"
        "lost (the server ended while it ran). 1000 are remembered of each schedule.",
    .run = get_all_schedule_run,
}};

}  // namespace
}  // namespace mega
