// mod_schedule(id, **args) -> code; args: stat, time, cycle, zone, catch_up, overlap
//
// Changes when a schedule is due, pauses or resumes it. Its call and its owner do not change.
// Errors: not_found; not_allowed unless the caller is the owner or the admin; invalid_argument;
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "schedules/funcs/own_schedule.h"
#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

using Text = std::optional<std::string>;

const Param<Natural> id{"id", "of the schedule"};
const Param<std::optional<State>> stat{"stat", nullptr, "1 active, 2 paused"};
const Param<Text> time_{"time", nullptr, "HH:MM or 'YYYY-mm-dd HH:MM'"};
const Param<Text> cycle{"cycle", nullptr, "day, week:1,4, month:1,last, seconds; '' for once"};
const Param<Text> zone{"zone", nullptr, "Europe/Berlin; '' for the server's"};
const Param<Text> catch_up{"catch_up", nullptr, "once or skip: what becomes of missed times"};
const Param<Text> overlap{"overlap", nullptr, "refuse or queue, while the run before goes on"};

Result<void> change_choices(const Args& args, Schedule& schedule) {
  if (args[catch_up]) {
    const auto choice = parse_catch_up(*args[catch_up]);
    if (!choice) return fail(choice.error());
    schedule.catch_up = *choice;
  }
  if (args[overlap]) {
    const auto choice = parse_overlap(*args[overlap]);
    if (!choice) return fail(choice.error());
    schedule.overlap = *choice;
  }
  return {};
}

// Due times that passed while the schedule was paused are not caught up.
Result<void> change_times(const Args& args, Time now, Schedule& schedule) {
  const bool resumed = args[stat] == State::online && schedule.stat != 1;
  if (args[stat] == State::all) return fail(Errc::invalid_argument, "stat takes 1 or 2, not 0");
  if (args[stat]) schedule.stat = static_cast<std::int64_t>(*args[stat]);
  if (!args[time_] && !args[cycle] && !args[zone] && !resumed) return {};
  if (args[zone]) schedule.zone = *args[zone];
  const std::string time_text = args[time_].value_or(schedule.time);
  const std::string cycle_text = args[cycle].value_or(schedule.cycle);
  return set_times(schedule, time_text, cycle_text, now);
}

Result<Value> mod_schedule(Context& context, const Args& args) {
  auto schedule = own_schedule(context, args[id].number);
  if (!schedule) return fail(schedule.error());
  if (auto changed = change_choices(args, *schedule); !changed) return fail(changed.error());
  if (auto changed = change_times(args, context.clock.now(), *schedule); !changed) {
    return fail(changed.error());
  }
  const auto kept = context[schedule_store].mod_schedule(context.author, *schedule);
  if (kept) tell_changed(context.services);
  return done(kept);
}

const Registered<Function> function{{
    .name = "mod_schedule",
    .summary = "Change when a schedule is due, pause or resume it",
    .params = {id},
    .keywords = {stat, time_, cycle, zone, catch_up, overlap},
    .takes_keywords = true,
    .permission = Permission::self,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call mod_schedule id=7 time=03:00 cycle=week:1,4",
    .detail = "Only its owner and the admin may. What is not given stays; what it calls and with "
              "whose rights never\n"
              "changes. Due times that passed while it was paused are not caught up.",
    .run = mod_schedule,
}};

}  // namespace
}  // namespace mega
