#include "schedules/store/owner_share.h"

#include "base/civil.h"
#include "base/text.h"
#include "trust/caller.h"

#include <limits>

namespace mega {
namespace {

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t schedules_max = 1000;

struct Share {
  std::int64_t bytes = 1 << 20;
  std::int64_t due_times_per_day = seconds_per_day;
};

Share share_of(const ScheduleOwner& owner) {
  if (owner.role == name_of(Role::admin)) return {no_limit, no_limit};
  if (owner.role == name_of(Role::operator_)) return {16 << 20, 10 * seconds_per_day};
  return {};
}

struct Use {
  std::int64_t schedules = 0, bytes = 0, due_times_per_day = 0;
};

// A CYCLE in seconds is digits; a day, a week or a month counts as one due time a day.
std::int64_t due_times_per_day(std::string_view cycle) {
  const auto seconds = parse_integer(cycle);
  if (!seconds || *seconds < 1) return 1;
  return (seconds_per_day + *seconds - 1) / *seconds;
}

std::int64_t bytes_of(const Schedule& schedule) {
  return static_cast<std::int64_t>(schedule.args.size() + schedule.shown.size() +
                                   schedule.target.size());
}

// Of the owner's other schedules. The texts are read one schedule at a time: SQL counts characters.
Result<Use> use_of(Connection& connection, const Schedule& but) {
  auto cursor = connection.select(
      "SELECT cycle, stat, args, shown, target FROM schedule "
      "WHERE who = ? AND door = ? AND next_due IS NOT NULL AND id <> ?",
      {std::string_view(but.owner.who), std::string_view(but.owner.door), but.id});
  if (!cursor) return fail(cursor.error());
  Use use;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return use;
    ++use.schedules;
    for (const int column : {2, 3, 4}) {
      use.bytes += static_cast<std::int64_t>(cursor->text(column).size());
    }
    if (cursor->integer(1) == 1) use.due_times_per_day += due_times_per_day(cursor->text(0));
  }
}

auto refuse(const Schedule& schedule, const std::string& limit) {
  const std::string& who = schedule.owner.who;
  return fail(Errc::refused, "the schedules of {} {}: remove some first",
              who.empty() ? "the legacy door" : quoted(who), limit);
}

}  // namespace

Result<void> check_owner_share(Writing& writing, const Schedule& schedule) {
  const auto use = use_of(writing.connection, schedule);
  if (!use) return fail(use.error());
  const Share share = share_of(schedule.owner);
  if (use->schedules >= schedules_max) {
    return refuse(schedule, fmt::format("are {}, which is the most", use->schedules));
  }
  if (use->bytes + bytes_of(schedule) > share.bytes) {
    return refuse(schedule, fmt::format("may have at most {} bytes of arguments", share.bytes));
  }
  const std::int64_t more = schedule.stat == 1 ? due_times_per_day(schedule.cycle) : 0;
  if (more > 0 && use->due_times_per_day + more > share.due_times_per_day) {
    return refuse(schedule, fmt::format("may be due at most {} times a second together",
                                        share.due_times_per_day / seconds_per_day));
  }
  return {};
}

}  // namespace mega
