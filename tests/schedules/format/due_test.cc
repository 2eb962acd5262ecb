#include "schedules/format/due.h"

#include "tests/support/zones.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

// "run 02:30 missed 3 from 26 02:30 next 30 02:30": days and local times of August 2026.
std::string settled(const char* cycle, const char* due, const char* now, CatchUp catch_up) {
  const auto zone = load_zone("Europe/Berlin");
  const auto timetable =
      parse_timetable("2026-08-01 02:30", cycle, *zone, at("2026-08-01T00:00:00Z"));
  if (!timetable) return timetable.error().message;
  const Due result = settle(*timetable, *zone, at(due), at(now), catch_up);
  const auto text = [&](const std::optional<Time>& time) {
    if (!time) return std::string("-");
    const Civil local = civil_at(*zone, *time);
    return fmt::format("{} {:02}:{:02}", local.day, local.hour, local.minute);
  };
  return fmt::format("run {} missed {} from {} next {}", text(result.run), result.missed_count,
                     text(result.missed), text(result.next));
}

TEST(DueTimes, AreRunCaughtUpOrSkipped) {
  const struct {
    const char *name, *cycle, *due, *now;
    CatchUp catch_up;
    const char* settled;
  } rows[] = {
      {"on time", "day", "2026-08-26T02:30:00+02:00", "2026-08-26T02:30:00+02:00", CatchUp::skip,
       "run 26 02:30 missed 0 from - next 27 02:30"},
      {"a little late", "day", "2026-08-26T02:30:00+02:00", "2026-08-26T02:31:00+02:00",
       CatchUp::skip, "run 26 02:30 missed 0 from - next 27 02:30"},
      {"too late", "day", "2026-08-26T02:30:00+02:00", "2026-08-26T02:31:01+02:00", CatchUp::skip,
       "run - missed 1 from 26 02:30 next 27 02:30"},
      {"caught up", "day", "2026-08-26T02:30:00+02:00", "2026-08-26T14:00:00+02:00", CatchUp::once,
       "run 26 02:30 missed 0 from - next 27 02:30"},
      {"three days away", "day", "2026-08-26T02:30:00+02:00", "2026-08-28T14:00:00+02:00",
       CatchUp::once, "run 28 02:30 missed 2 from 26 02:30 next 29 02:30"},
      {"three days away, skipped", "day", "2026-08-26T02:30:00+02:00", "2026-08-28T14:00:00+02:00",
       CatchUp::skip, "run - missed 3 from 26 02:30 next 29 02:30"},
      {"back just in time", "day", "2026-08-26T02:30:00+02:00", "2026-08-28T02:30:30+02:00",
       CatchUp::skip, "run 28 02:30 missed 2 from 26 02:30 next 29 02:30"},
      {"every minute", "60", "2026-08-26T02:30:00+02:00", "2026-08-26T03:30:30+02:00",
       CatchUp::skip, "run 26 03:30 missed 60 from 26 02:30 next 26 03:31"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(settled(row.cycle, row.due, row.now, row.catch_up), row.settled);
  }
}

TEST(DueTimes, OfASecondInAYearAreCountedAtOnce) {
  EXPECT_EQ(settled("1", "2026-08-02T00:00:00Z", "2027-08-02T00:00:00Z", CatchUp::once),
            "run 2 02:00 missed 31536000 from 2 02:00 next 2 02:00");
}

TEST(DueTimes, ChoicesHaveNames) {
  EXPECT_EQ(parse_catch_up("").value(), CatchUp::once);
  EXPECT_EQ(parse_catch_up("Skip").value(), CatchUp::skip);
  EXPECT_EQ(parse_overlap("").value(), Overlap::refuse);
  EXPECT_EQ(parse_overlap(name_of(Overlap::queue)).value(), Overlap::queue);
  EXPECT_NE(parse_overlap("qeue").error().message.find("did you mean 'queue'"), std::string::npos);
}

}  // namespace
}  // namespace mega
