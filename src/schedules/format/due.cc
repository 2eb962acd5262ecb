#include "schedules/format/due.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace mega {
namespace {

Result<std::size_t> choice(std::string_view what, std::string_view text,
                           const std::array<std::string, 2>& names) {
  if (text.empty()) return std::size_t{0};
  const auto found = std::ranges::find(names, to_lower(text));
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  return fail(Errc::invalid_argument, "{} takes {}, not {}{}", what, join_text(names, " or "),
              quoted(text), did_you_mean(text, names));
}

struct Passed {
  Time latest;
  std::int64_t count = 1;
};

// The latest of the due times from `due` to `now`, and their number.
Passed passed(const Timetable& timetable, const Zone& zone, Time due, Time now) {
  if (timetable.every == Every::seconds) {
    const std::int64_t more = (now.seconds - due.seconds) / timetable.seconds;
    return {{due.seconds + more * timetable.seconds}, more + 1};
  }
  Passed found{due};
  for (auto next = next_due(timetable, zone, due); next && *next <= now;
       next = next_due(timetable, zone, *next)) {
    found.latest = *next;
    ++found.count;
  }
  return found;
}

}  // namespace

std::string_view name_of(CatchUp catch_up) { return catch_up == CatchUp::once ? "once" : "skip"; }
std::string_view name_of(Overlap overlap) {
  return overlap == Overlap::refuse ? "refuse" : "queue";
}

Result<CatchUp> parse_catch_up(std::string_view text) {
  const auto index = choice("CATCH_UP", text, {"once", "skip"});
  if (!index) return fail(index.error());
  return static_cast<CatchUp>(*index);
}

Result<Overlap> parse_overlap(std::string_view text) {
  const auto index = choice("OVERLAP", text, {"refuse", "queue"});
  if (!index) return fail(index.error());
  return static_cast<Overlap>(*index);
}

Due settle(const Timetable& timetable, const Zone& zone, Time due, Time now, CatchUp catch_up) {
  const Passed found = passed(timetable, zone, due, now);
  const bool runs =
      catch_up == CatchUp::once || now.seconds - found.latest.seconds <= on_time_seconds;
  Due result{.run = {}, .missed = {}, .next = next_due(timetable, zone, now)};
  if (runs) result.run = found.latest;
  result.missed_count = runs ? found.count - 1 : found.count;
  if (result.missed_count > 0) result.missed = due;
  return result;
}

}  // namespace mega
