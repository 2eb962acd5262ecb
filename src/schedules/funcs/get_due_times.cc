// get_due_times(id=0, time='', cycle='', zone='', count=5) -> [time, ...]
//
// The next due times of a schedule, or of a given TIME and CYCLE. Errors: invalid_argument;
// not_found for an unknown schedule; unavailable (store).
#include "api/function.h"
#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

constexpr std::int64_t count_max = 1000;

const Param<Natural> id{"id", 0, "of a schedule; 0: none, but TIME"};
const Param<std::string> time_{"time", "", "as TIME of a call"};
const Param<std::string> cycle{"cycle", "", "as CYCLE of a call"};
const Param<std::string> zone{"zone", "", "as ZONE of a call"};
const Param<Natural> count{"count", 5, "so many at most, up to 1000"};

// Sets `out` to the schedule; returns the time from which on due times are listed: next_due, which
// may be overdue, or now.
Result<Time> find_schedule(const Context& context, const Args& args, Schedule& out) {
  const Time now = context.clock.now();
  if (args[id].number == 0) {
    out.zone = args[zone];
    if (auto set = set_times(out, args[time_], args[cycle], now); !set) return fail(set.error());
    return now;
  }
  auto schedule = context[schedule_store].schedule(args[id].number);
  if (!schedule) return fail(schedule.error());
  if (!*schedule) return fail(Errc::not_found, "there is no schedule {}", args[id].number);
  out = **std::move(schedule);
  return out.next_due.value_or(now);
}

Result<Value> get_due_times(Context& context, const Args& args) {
  if (args[count].number < 1 || args[count].number > count_max) {
    return fail(Errc::invalid_argument, "count takes 1 to {}, not {}", count_max,
                args[count].number);
  }
  Schedule schedule;
  const auto from = find_schedule(context, args, schedule);
  if (!from) return fail(from.error());
  List times;
  if (!schedule.next_due || schedule.stat != 1) return Value(std::move(times));
  const auto found = due_times(schedule, *from, args[count].number);
  if (!found) return fail(found.error());
  for (const Time time : *found) times.emplace_back(time);
  return Value(std::move(times));
}

const Registered<Function> function{{
    .name = "get_due_times",
    .summary = "When a schedule is due next, or what a TIME and a CYCLE mean",
    .params = {id, time_, cycle, zone, count},
    .permission = Permission::read,
    .shape = Shape::value,
    .example = "mega call get_due_times time=02:30 cycle=month:last",
    .detail = "The first due times, none for a schedule that is paused or done.",
    .run = get_due_times,
}};

}  // namespace
}  // namespace mega
