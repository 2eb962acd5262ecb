#include "schedules/format/zone.h"

namespace mega {
namespace {

// The moment in (before, after] at which the offset changes from `former`.
Time change_between(const Zone& zone, std::int64_t before, std::int64_t after,
                    std::int64_t former) {
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (zone.offset_at({middle}) == former ? before : after) = middle;
  }
  return {after};
}

}  // namespace

Civil civil_at(const Zone& zone, Time time) {
  return civil_of(time.seconds + zone.offset_at(time));
}

Time moment_of(const Zone& zone, const Civil& local) {
  const std::int64_t shown = seconds_of(local);
  // The offset at that local time is the one two days before or the one two days after.
  const std::int64_t former = zone.offset_at({shown - 2 * seconds_per_day});
  const std::int64_t later = zone.offset_at({shown + 2 * seconds_per_day});
  for (const std::int64_t offset : {former, later}) {
    const Time moment{shown - offset};
    if (zone.offset_at(moment) == offset) return moment;
  }
  // The clocks skip `shown`.
  return change_between(zone, shown - later - 1, shown - former, former);
}

}  // namespace mega
