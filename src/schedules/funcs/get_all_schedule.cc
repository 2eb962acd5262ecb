// get_all_schedule(model=None, stat=0, count=0) -> ([{id, function, ...}, ...], code)
//
// Lists the schedules, each with the outcome of its latest due time. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 the active ones, 2 paused and done ones"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_schedule(Context& context, const Args& args) {
  return all(context[schedule_store].schedules(args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_schedule",
    .summary = "List the schedules, with the latest run of each",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_schedule stat=1",
    .detail =
        "Rows: id, function, args (secrets masked), type, target, time, cycle, zone (empty: the\n"
        "server's), catch_up, overlap, owner, door, role, address, stat, state (active, paused, "
        "done),\n"
        "next_due, created, last_due, last_state, last_ended, last_result, task_id, missed, "
        "failed. The last\n"
        "two count due times without a run and runs that did not go well, of those that are "
        "remembered\n"
        "(1000 a schedule). A call with a TIME makes a schedule.",
    .run = get_all_schedule,
}};

}  // namespace
}  // namespace mega
