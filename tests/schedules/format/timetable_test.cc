#include "schedules/format/timetable.h"

#include "tests/support/ask_python.h"
#include "tests/support/zones.h"

#include <gtest/gtest.h>

#include <random>

namespace mega {
namespace {

// A Wednesday; 14:13:07 in Berlin.
const Time now = at("2026-08-26T14:13:07+02:00");

// "2026-08-27 02:30 day", or why not.
std::string read(std::string_view time, std::string_view cycle,
                 std::string_view zone = "Europe/Berlin") {
  const auto timetable = parse_timetable(time, cycle, *load_zone(std::string(zone)), now);
  if (!timetable) {
    EXPECT_EQ(timetable.error().code, Errc::invalid_argument);
    return "refused: " + timetable.error().message;
  }
  return time_text(*timetable) + " " + cycle_text(*timetable);
}

TEST(Timetable, ReadsTimeAndCycle) {
  const struct {
    const char *time, *cycle, *read;
  } rows[] = {
      {"17:30", "", "2026-08-26 17:30 "},
      {"02:30", "", "2026-08-27 02:30 "},
      {"14:13:07", "", "2026-08-26 14:13:07 "},  // it is that time
      {"14:13:06", "", "2026-08-27 14:13:06 "},
      {"2026-08-26 14:14", "", "2026-08-26 14:14 "},
      {"2026-08-27T02:30:05", "", "2026-08-27 02:30:05 "},
      {"02:30", "day", "2026-08-27 02:30 day"},
      {"17:30", "Day", "2026-08-26 17:30 day"},
      {"02:30", "week", "2026-08-27 02:30 week:4"},
      {"17:30", "week", "2026-08-26 17:30 week:3"},
      {"02:30", "week:1,4", "2026-08-27 02:30 week:1,4"},
      {"02:30", "week: 7, 1", "2026-08-30 02:30 week:1,7"},
      {"02:30", "week:3", "2026-09-02 02:30 week:3"},
      {"02:30", "month", "2026-08-27 02:30 month:27"},
      {"02:30", "month:1,15", "2026-09-01 02:30 month:1,15"},
      {"02:30", "month:31", "2026-08-31 02:30 month:31"},
      {"02:30", "month:15,last", "2026-08-31 02:30 month:15,last"},
      {"02:30", "300", "2026-08-27 02:30 300"},
      {"2014-07-31 17:30", "day", "2014-07-31 17:30 day"},  // not before, and it goes on
      {"2014-07-31 17:30", "60", "2014-07-31 17:30 60"},
      {"2026-09-30 02:30", "week", "2026-09-30 02:30 week:3"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::Message() << row.time << " " << row.cycle);
    EXPECT_EQ(read(row.time, row.cycle), row.read);
  }
}

TEST(Timetable, RefusesWithWhatIsWanted) {
  const struct {
    const char *time, *cycle, *why;
  } rows[] = {
      {"", "", "TIME takes HH:MM or 'YYYY-mm-dd HH:MM'"},
      {"2:30", "", "not \"2:30\""},
      {"24:00", "", "not \"24:00\""},
      {"02:30pm", "", "TIME takes"},
      {"2026-02-29 02:30", "", "TIME takes"},
      {"2026-08-27", "", "TIME takes"},
      {"1969-12-31 02:30", "day", "TIME takes"},
      {"2026-08-26 14:13", "", "has passed: without a CYCLE it never comes again"},
      {"02:30", "dai", "did you mean 'day'"},
      {"02:30", "hourly", "CYCLE takes day, week, week:1,4"},
      {"02:30", "day:1", "CYCLE takes day"},
      {"02:30", "week:0", "week: takes days from 1 to 7, not \"0\""},
      {"02:30", "week:8", "not \"8\""},
      {"02:30", "week:", "not \"\""},
      {"02:30", "week:last", "not \"last\""},
      {"02:30", "month:32", "month: takes days from 1 to 31 and last, not \"32\""},
      {"02:30", "month:0", "not \"0\""},
      {"02:30", "0", "a CYCLE in seconds takes 1 to"},
      {"02:30", "-5", "a CYCLE in seconds takes 1 to"},
      {"02:30", "99999999999999", "a CYCLE in seconds takes 1 to"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::Message() << row.time << " " << row.cycle);
    EXPECT_NE(read(row.time, row.cycle).find(row.why), std::string::npos)
        << read(row.time, row.cycle);
  }
}

TEST(Timetable, IsDescribedForPeople) {
  const struct {
    const char *time, *cycle, *text;
  } rows[] = {
      {"17:30", "", "once at 2026-08-26 17:30"},
      {"02:30", "day", "every day at 02:30"},
      {"02:30:05", "week:1,4", "Mon, Thu at 02:30:05"},
      {"02:30", "month:1,last", "day 1, last of the month at 02:30"},
      {"17:30", "300", "every 5 minutes from 2026-08-26 17:30"},
      {"17:30", "1", "every second from 2026-08-26 17:30"},
      {"17:30", "86400", "every day from 2026-08-26 17:30"},
      {"17:30", "90", "every 90 seconds from 2026-08-26 17:30"},
  };
  const auto zone = load_zone("Europe/Berlin");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto timetable = parse_timetable(row.time, row.cycle, *zone, now);
    ASSERT_TRUE(timetable) << timetable.error().message;
    EXPECT_EQ(describe(*timetable), row.text);
  }
}

// The local times of the first due times after a moment.
std::vector<std::string> due_times(const char* zone_name, const char* time, const char* cycle,
                                   const char* after, int count) {
  const auto zone = load_zone(zone_name);
  const auto timetable = parse_timetable(time, cycle, *zone, at(after));
  if (!timetable) return {timetable.error().message};
  std::vector<std::string> found;
  for (auto due = next_due(*timetable, *zone, at(after)); due && count > 0;
       due = next_due(*timetable, *zone, *due), --count) {
    const Civil local = civil_at(*zone, *due);
    found.push_back(
        fmt::format("{:02}-{:02} {:02}:{:02}", local.month, local.day, local.hour, local.minute));
  }
  return found;
}

TEST(Timetable, SkipsWhatAMonthLacksAndKeepsToTheClocks) {
  using Times = std::vector<std::string>;
  EXPECT_EQ(due_times("Europe/Berlin", "02:30", "month:31", "2026-08-26T00:00:00Z", 4),
            (Times{"08-31 02:30", "10-31 02:30", "12-31 02:30", "01-31 02:30"}));
  EXPECT_EQ(due_times("Europe/Berlin", "02:30", "month:last", "2028-01-15T00:00:00Z", 3),
            (Times{"01-31 02:30", "02-29 02:30", "03-31 02:30"}));
  EXPECT_EQ(due_times("Europe/Berlin", "02:30", "month:29", "2026-01-30T00:00:00Z", 2),
            (Times{"03-29 03:00", "04-29 02:30"}));
  EXPECT_EQ(due_times("Europe/Berlin", "02:30", "day", "2026-10-24T00:00:00Z", 3),
            (Times{"10-24 02:30", "10-25 02:30", "10-26 02:30"}));
  EXPECT_EQ(due_times("America/Santiago", "00:30", "week:7", "2025-09-01T00:00:00Z", 2),
            (Times{"09-07 01:00", "09-14 00:30"}));
  EXPECT_EQ(due_times("Asia/Shanghai", "2026-08-27 02:30", "", "2026-08-26T00:00:00Z", 3),
            (Times{"08-27 02:30"}));
}

TEST(Timetable, EndsWithTheYear9999) {
  const auto zone = load_zone("UTC");
  const auto timetable = parse_timetable("9999-12-30 02:30", "day", *zone, now);
  ASSERT_TRUE(timetable);
  const auto last = next_due(*timetable, *zone, at("9999-12-31T00:00:00Z"));
  ASSERT_TRUE(last);
  EXPECT_EQ(next_due(*timetable, *zone, *last), std::nullopt);
}

std::string random_cycle(std::mt19937_64& random) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  std::string cycle;
  switch (below(5)) {
    case 0:
      return "day";
    case 1:
      return std::to_string(1 + below(200'000));
    case 2:
      cycle = "week:" + std::to_string(1 + below(7));
      break;
    case 3:
      return "month:" + std::to_string(1 + below(31)) + ",last";
    default:
      return "month:" + std::to_string(1 + below(31));
  }
  if (below(2)) cycle += "," + std::to_string(1 + below(7));
  return cycle;
}

// Random timetables around the changes of each zone, against zoneinfo, which looks for each day in
// turn. What is written reads the same again.
TEST(Timetable, AgreesWithPythonInEachZone) {
  const std::vector<std::string> zones{"Europe/Berlin", "Asia/Shanghai", "America/Santiago",
                                       "Australia/Lord_Howe", "Pacific/Apia"};
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<std::string> questions, found;
  for (int i = 0; i < 300; ++i) {
    const std::string& name = zones[static_cast<std::size_t>(i) % zones.size()];
    const auto zone = load_zone(name);
    const Time base = at("2010-01-01T00:00:00Z");
    const Time after{base.seconds + static_cast<std::int64_t>(random() % (25ULL * 365 * 86'400))};
    const std::string time =
        fmt::format("{:02}:{:02}:{:02}", random() % 4, random() % 60, random() % 2 * 30);
    const auto timetable = parse_timetable(time, random_cycle(random), *zone, after);
    ASSERT_TRUE(timetable) << timetable.error().message;
    const auto again = parse_timetable(time_text(*timetable), cycle_text(*timetable), *zone, after);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *timetable);

    const Civil& from = timetable->from;
    constexpr int count = 20;
    questions.push_back(fmt::format("due {} {:04}-{:02}-{:02}T{} {} {} {}", name, from.year,
                                    from.month, from.day, time, cycle_text(*timetable),
                                    after.seconds, count));
    auto& line = found.emplace_back();
    Time latest = after;
    for (int n = 0; n < count; ++n) {
      const auto due = next_due(*timetable, *zone, latest);
      ASSERT_TRUE(due);
      latest = *due;
      line += (n ? " " : "") + std::to_string(latest.seconds);
    }
  }
  const auto answers = ask_python("tests/schedules/format/zone_oracle.py", questions);
  for (std::size_t i = 0; i < questions.size(); ++i)
    EXPECT_EQ(found[i], answers[i]) << questions[i];
}

}  // namespace
}  // namespace mega
