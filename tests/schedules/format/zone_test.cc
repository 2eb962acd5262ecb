#include "schedules/format/zone.h"

#include "schedules/format/zone_rule.h"
#include "tests/support/ask_python.h"
#include "tests/support/zones.h"

#include <gtest/gtest.h>

#include <random>

namespace mega {
namespace {

// With and without summer time, on both halves of the earth, with changes of half an hour, of two
// hours and of a whole day, and with rules that no formula has.
const std::vector<std::string> zones{
    "Europe/Berlin",     "Asia/Shanghai",     "America/Santiago", "Australia/Lord_Howe",
    "Asia/Kathmandu",    "Pacific/Apia",      "Europe/Dublin",    "America/St_Johns",
    "Africa/Casablanca", "Antarctica/Troll",  "Africa/Cairo",     "Asia/Gaza",
    "America/New_York",  "America/Sao_Paulo", "Pacific/Chatham",  "UTC"};

TEST(ZoneFile, HasTheOffsetsThatPythonKnows) {
  std::mt19937_64 random(20260826);
  std::uniform_int_distribution<std::int64_t> moment(0, at("2150-01-01T00:00:00Z").seconds);
  std::vector<std::string> questions;
  std::vector<std::vector<std::int64_t>> moments;
  for (const std::string& zone : zones) {
    std::string question = "offset " + zone;
    auto& mine = moments.emplace_back();
    for (int i = 0; i < 2000; ++i) {
      mine.push_back(moment(random));
      question += " " + std::to_string(mine.back());
    }
    questions.push_back(question);
  }
  const auto answers = ask_python("tests/schedules/format/zone_oracle.py", questions);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    SCOPED_TRACE(zones[i]);
    const auto zone = load_zone(zones[i]);
    ASSERT_TRUE(zone);
    std::string found;
    for (const std::int64_t seconds : moments[i]) {
      found += (found.empty() ? "" : " ") + std::to_string(zone->offset_at({seconds}));
    }
    EXPECT_EQ(found, answers[i]);
  }
}

TEST(ZoneFile, RefusesWhatIsNone) {
  const std::string good = read_file("/usr/share/zoneinfo/Europe/Berlin", 1 << 20).value_or("");
  ASSERT_TRUE(parse_zone_file(good));
  // Whole it is good, and cut anywhere it is not.
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto cut = parse_zone_file(std::string_view(good).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, Errc::corrupt);
  }
  std::string version_1 = good;
  version_1[4] = '\0';
  EXPECT_FALSE(parse_zone_file(version_1));
}

TEST(ZoneFile, NamesStayInTheirFolder) {
  for (const char* good : {"UTC", "Europe/Berlin", "Etc/GMT+8", "America/Port-au-Prince"}) {
    EXPECT_TRUE(is_zone_name(good)) << good;
  }
  for (const char* bad :
       {"", "/etc/passwd", "../passwd", "Europe/", "a//b", "Europe/Ber lin", "."}) {
    EXPECT_FALSE(is_zone_name(bad)) << bad;
  }
}

TEST(ZoneRule, SaysWhenSummerIs) {
  const struct {
    const char *name, *rule, *time;
    std::int64_t offset;
  } rows[] = {
      {"winter", "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600},
      {"summer", "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200},
      {"its end", "CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600},
      {"southern", "<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2026-01-01T00:00:00Z", -3 * 3600},
      {"none", "CST-8", "2026-07-01T00:00:00Z", 8 * 3600},
      {"less in winter", "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0},
      {"counted days", "AAA0BBB,J60/0,J300/0", "2028-02-29T12:00:00Z", 0},
      {"counted days, the 60th", "AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 3600},
      {"leap day counted", "AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z", 3600},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto rule = ZoneRule::parse(row.rule);
    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(rule->offset_at(at(row.time)), row.offset);
  }
}

TEST(ZoneRule, RefusesWhatIsNone) {
  for (const char* bad :
       {"", "CE-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5",
        "CET-1CEST,1,366", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0 ", "<CET-1",
        "CET-1:60"}) {
    const auto rule = ZoneRule::parse(bad);
    EXPECT_FALSE(rule) << bad;
  }
}

TEST(Zone, KnowsTheFirstMomentOfATime) {
  const struct {
    const char* name;
    const char* zone;
    Civil local;
    const char* moment;
  } rows[] = {
      {"plain", "Europe/Berlin", {2026, 8, 26, 2, 30, 0}, "2026-08-26T02:30:00+02:00"},
      {"skipped", "Europe/Berlin", {2026, 3, 29, 2, 30, 0}, "2026-03-29T03:00:00+02:00"},
      {"twice", "Europe/Berlin", {2026, 10, 25, 2, 30, 0}, "2026-10-25T02:30:00+02:00"},
      {"after it came twice",
       "Europe/Berlin",
       {2026, 10, 25, 3, 0, 0},
       "2026-10-25T03:00:00+01:00"},
      {"a skipped day", "Pacific/Apia", {2011, 12, 30, 12, 0, 0}, "2011-12-31T00:00:00+14:00"},
      {"skipped midnight", "America/Santiago", {2025, 9, 7, 0, 0, 0}, "2025-09-07T01:00:00-03:00"},
      {"without change", "Asia/Shanghai", {2026, 3, 29, 2, 30, 0}, "2026-03-29T02:30:00+08:00"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto zone = load_zone(row.zone);
    ASSERT_TRUE(zone);
    EXPECT_EQ(moment_of(*zone, row.local), at(row.moment));
  }
}

}  // namespace
}  // namespace mega
