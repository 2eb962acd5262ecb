#include "schedules/server/schedule_call.h"

#include "api/hooks.h"
#include "base/text.h"
#include "schedules/server/find_zone.h"
#include "schedules/store/schedule_store.h"
#include "value/json.h"

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};
const Service<ScheduleDriver> driver{"scheduler"};

ScheduleOwner owner_of(const Caller& caller) {
  return {.who = caller.name,
          .door = std::string(name_of(caller.door)),
          .role = std::string(name_of(caller.role)),
          .address = caller.address};
}

}  // namespace

Result<void> set_times(Schedule& schedule, std::string_view time, std::string_view cycle,
                       Time now) {
  const auto zone = find_zone(schedule.zone);
  if (!zone) return fail(zone.error());
  const auto timetable = parse_timetable(time, cycle, **zone, now);
  if (!timetable) return fail(timetable.error());
  schedule.time = time_text(*timetable);
  schedule.cycle = cycle_text(*timetable);
  schedule.next_due = next_due(*timetable, **zone, {now.seconds - 1});
  return {};
}

Result<Envelope> call_of(const Schedule& schedule) {
  auto args = parse_json(schedule.args);
  auto target = parse_json(schedule.target);
  if (!args || !target) {
    return fail(Errc::corrupt, "schedule {} cannot be read: {}", schedule.id,
                (args ? target.error() : args.error()).message);
  }
  return Envelope{.id = schedule.strict ? 1 : 0,
                  .function = schedule.function,
                  .args = *std::move(args),
                  .type = schedule.type,
                  .target = *std::move(target),
                  .tool = schedule.tool};
}

Result<Timetable> timetable_of(const Schedule& schedule, const Zone& zone) {
  // A stored timetable is valid, even if its time has passed.
  constexpr Time before_all{-2 * seconds_per_day};
  return parse_timetable(schedule.time, schedule.cycle, zone, before_all);
}

Result<std::vector<Time>> due_times(const Schedule& schedule, Time from, std::int64_t count) {
  const auto zone = find_zone(schedule.zone);
  if (!zone) return fail(zone.error());
  const auto timetable = timetable_of(schedule, **zone);
  if (!timetable) return fail(timetable.error());
  std::vector<Time> times;
  for (auto due = next_due(*timetable, **zone, {from.seconds - 1});
       due && static_cast<std::int64_t>(times.size()) < count;
       due = next_due(*timetable, **zone, *due)) {
    times.push_back(*due);
  }
  return times;
}

Result<void> check_owner(const Caller& caller, const Schedule& schedule) {
  const ScheduleOwner& owner = schedule.owner;
  const ScheduleOwner asks = owner_of(caller);
  const bool own = asks.door == owner.door && asks.who == owner.who &&
                   (!asks.who.empty() || asks.address == owner.address);
  if (own || has(caller, Permission::admin)) return {};
  return fail(Errc::not_allowed,
              "schedule {} is of {}, who came in at the {} door: only its owner and the admin "
              "change it",
              schedule.id, quoted(owner.who.empty() ? owner.address : owner.who), owner.door);
}

void tell_changed(const Services& services) {
  if (auto* const scheduler = services.find(driver)) scheduler->changed();
}

namespace {

// Reports a mistake in the hosts of a schedule now, not when it is due. Whether the hosts are there
// and in service matters only when the schedule is due.
Result<void> check_hosts(const Api& api, const Function& function, const Args& args) {
  if (!function.find_hosts) return {};
  const auto hosts = function.find_hosts(api.services, args);
  if (hosts) return {};
  const Errc code = hosts.error().code;
  const bool mistake = code == Errc::invalid_argument || code == Errc::not_found;
  if (mistake) return fail(hosts.error());
  return {};
}

// Stores a call, which the caller may make now, as a schedule; returns its id. `shown` is the
// arguments with secrets masked. Errors: invalid_argument for TIME, CYCLE, ZONE, CATCH_UP and
// OVERLAP; refused when the owner has too many schedules, and for functions that cannot be called
// later; those of the store.
Result<Value> schedule_call(const Api& api, const Caller& caller, const Function& function,
                            const Envelope& envelope, const Args& args, const std::string& shown) {
  if (auto known = check_hosts(api, function, args); !known) return fail(known.error());
  if (function.permission == Permission::join) {
    return fail(Errc::refused, "{} cannot be called later: it is about the caller's connection",
                function.name);
  }
  const auto catch_up = parse_catch_up(envelope.catch_up);
  if (!catch_up) return fail(catch_up.error());
  const auto overlap = parse_overlap(envelope.overlap);
  if (!overlap) return fail(overlap.error());
  Schedule schedule{.function = std::string(function.name),
                    .args = to_json(envelope.args),
                    .shown = shown,
                    .strict = caller.door != Door::legacy || envelope.id != 0,
                    .tool = envelope.tool,
                    .type = envelope.type,
                    .target = to_json(envelope.target),
                    .zone = envelope.zone,
                    .catch_up = *catch_up,
                    .overlap = *overlap,
                    .owner = owner_of(caller)};
  const Time now = api.clock.now();
  if (auto set = set_times(schedule, envelope.time, envelope.cycle, now); !set) {
    return fail(set.error());
  }
  const auto id =
      api.services[schedule_store].add_schedule(author_of(caller, function.name, shown), schedule);
  if (!id) return fail(id.error());
  tell_changed(api.services);
  return Value(*id);
}

const Registered<CallHook> hook{{
    .name = "schedule",
    .takes = [](const Envelope& envelope) { return !envelope.time.empty(); },
    .keep = schedule_call,
}};

}  // namespace
}  // namespace mega
