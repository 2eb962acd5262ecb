#include "base/clock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>

#include <fstream>
#include <random>
#include <thread>

#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"
#include "tests/support/variable.h"

namespace mega {
namespace {

// The process's zone for as long as it lives. POSIX rules, so that no zone files are needed.
class Zone {
 public:
  explicit Zone(const std::string& rule) : tz_(std::in_place, "TZ", rule) { reload_time_zone(); }
  Zone(const Zone&) = delete;
  ~Zone() {
    tz_.reset();
    reload_time_zone();
  }

 private:
  std::optional<Variable> tz_;
};

constexpr const char* utc = "UTC0";
constexpr const char* shanghai = "CST-8";
constexpr const char* berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr const char* st_johns = "NST3:30NDT,M3.2.0,M11.1.0";
constexpr const char* kathmandu = "<+0545>-5:45";

TEST(Clock, FormatsInTheZoneOfTheProcess) {
  const struct {
    const char* name;
    const char* zone;
    std::int64_t seconds;
    std::string local;
    std::string iso;
  } cases[] = {
      {"the seed's example", shanghai, 1406787187, "2014-07-31 14:13:07",
       "2014-07-31T14:13:07+08:00"},
      {"the beginning", utc, 0, "1970-01-01 00:00:00", "1970-01-01T00:00:00+00:00"},
      {"before it", utc, -1, "1969-12-31 23:59:59", "1969-12-31T23:59:59+00:00"},
      {"a leap day", utc, 951782400, "2000-02-29 00:00:00", "2000-02-29T00:00:00+00:00"},
      {"no leap day in 2100", utc, 4107542400, "2100-03-01 00:00:00", "2100-03-01T00:00:00+00:00"},
      {"beyond 32 bits", utc, 4294967296, "2106-02-07 06:28:16", "2106-02-07T06:28:16+00:00"},
      {"winter", berlin, 1388534400, "2014-01-01 01:00:00", "2014-01-01T01:00:00+01:00"},
      {"before summer time", berlin, 1396141199, "2014-03-30 01:59:59",
       "2014-03-30T01:59:59+01:00"},
      {"summer time begins", berlin, 1396141200, "2014-03-30 03:00:00",
       "2014-03-30T03:00:00+02:00"},
      {"half past two", berlin, 1414283400, "2014-10-26 02:30:00", "2014-10-26T02:30:00+02:00"},
      {"half past two again", berlin, 1414287000, "2014-10-26 02:30:00",
       "2014-10-26T02:30:00+01:00"},
      {"half hours west", st_johns, 1388534400, "2013-12-31 20:30:00", "2013-12-31T20:30:00-03:30"},
      {"quarter hours", kathmandu, 0, "1970-01-01 05:45:00", "1970-01-01T05:45:00+05:45"},
      {"a zone with seconds", "LMT-0:19:32", 0, "1970-01-01 00:19:32", "1970-01-01T00:19:00+00:19"},
      {"the first second", utc, -62167219200, "0000-01-01 00:00:00", "0000-01-01T00:00:00+00:00"},
      {"the last second", utc, 253402300799, "9999-12-31 23:59:59", "9999-12-31T23:59:59+00:00"},
      {"beyond the last", shanghai, INT64_MAX, "9999-12-31 23:59:59", "9999-12-31T23:59:59+08:00"},
      {"before the first", st_johns, INT64_MIN, "0000-01-01 00:00:00", "0000-01-01T00:00:00-03:30"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Zone zone(c.zone);
    EXPECT_EQ(format_local({c.seconds}), c.local);
    EXPECT_EQ(format_iso({c.seconds}), c.iso);
  }
}

TEST(Clock, AgreesWithTheCLibrary) {
  std::mt19937_64 random(20140731);
  std::uniform_int_distribution<std::int64_t> any(-2'000'000'000, 32'000'000'000);
  for (const char* rule : {utc, shanghai, berlin, st_johns, kathmandu}) {
    SCOPED_TRACE(rule);
    const Zone zone(rule);
    for (int i = 0; i < 5000; ++i) {
      const auto seconds = static_cast<time_t>(any(random));
      tm local{};
      ASSERT_NE(::localtime_r(&seconds, &local), nullptr);
      char expected[64];
      ASSERT_GT(::strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &local), 0u);
      ASSERT_EQ(format_local({seconds}), expected) << seconds;
      ASSERT_EQ(parse_time(format_iso({seconds})).value(), Time{seconds});
    }
  }
}

TEST(Clock, KnowsEachMinuteAroundAChange) {
  const Zone zone(berlin);
  for (const std::int64_t change : {1396141200, 1414285200}) {
    for (std::int64_t seconds = change - 90'000; seconds < change + 90'000; seconds += 60) {
      EXPECT_EQ(parse_time(format_iso({seconds})).value(), Time{seconds});
    }
  }
}

TEST(Clock, ManyThreadsFormatAtOnce) {
  const Zone zone(shanghai);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&wrong] {
      for (std::int64_t i = 0; i < 2000; ++i) {
        if (parse_time(format_local({i * 40'000})).value() != Time{i * 40'000}) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ParseTime, ReadsEachForm) {
  const struct {
    std::string text;
    std::int64_t seconds;
  } cases[] = {
      {"2014-07-31", 1406736000},
      {"2014-07-31 14:13", 1406787180},
      {"2014-07-31 14:13:07", 1406787187},
      {"2014-07-31T14:13:07", 1406787187},
      {"2014-07-31T14:13:07+08:00", 1406787187},
      {"2014-07-31T06:13:07Z", 1406787187},
      {"2014-07-31T06:13Z", 1406787180},
      {"2014-07-31 02:43:07-03:30", 1406787187},
      {"1969-12-31T23:59:59Z", -1},
      {"2000-02-29T00:00:00Z", 951782400},
  };
  const Zone zone(shanghai);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_time(c.text).value(), Time{c.seconds});
  }
}

TEST(ParseTime, RefusesWhatIsNone) {
  const Zone zone(utc);
  for (const std::string text : {"",
                                 "now",
                                 "2014",
                                 "2014-07",
                                 "2014-7-31",
                                 "14-07-31",
                                 "2014-02-29",
                                 "2014-02-30",
                                 "1900-02-29",
                                 "2014-04-31",
                                 "2014-13-01",
                                 "2014-00-01",
                                 "2014-01-00",
                                 "2014-07-31 ",
                                 "2014-07-31T",
                                 "2014-07-31 14",
                                 "2014-07-31 24:00",
                                 "2014-07-31 14:60",
                                 "2014-07-31 14:13:60",
                                 "2014-07-31 14:13:7",
                                 "2014-07-31  14:13",
                                 "2014-07-31 14:13:07 ",
                                 " 2014-07-31",
                                 "2014-07-31 14:13:07.5",
                                 "2014-07-31T14:13:07+0800",
                                 "2014-07-31T14:13:07+08",
                                 "2014-07-31T14:13:07+24:00",
                                 "2014-07-31T14:13:07z",
                                 "2014-07-31Z",
                                 "2014/07/31",
                                 "+2014-07-31",
                                 "2014-07-31 14:13:07+08:00x"}) {
    SCOPED_TRACE(text);
    const auto time = parse_time(text);
    ASSERT_FALSE(time.has_value());
    EXPECT_EQ(time.error().code, Errc::invalid_argument);
  }
}

TEST(ParseTime, KnowsTheTimesThatClocksSkipAndRepeat) {
  const Zone zone(berlin);
  const auto skipped = parse_time("2014-03-30 02:30");
  ASSERT_FALSE(skipped.has_value());
  EXPECT_EQ(skipped.error().code, Errc::invalid_argument);
  EXPECT_NE(skipped.error().message.find("the clocks skip it"), std::string::npos);
  EXPECT_EQ(parse_time("2014-03-30 01:59:59").value(), Time{1396141199});
  EXPECT_EQ(parse_time("2014-03-30 03:00").value(), Time{1396141200});
  EXPECT_EQ(parse_time("2014-10-26 02:30").value(), Time{1414283400});
  EXPECT_EQ(parse_time("2014-10-26 03:00").value(), Time{1414288800});
}

TEST(SystemClock, IsTheTimeOfTheMachine) {
  const auto before = ::time(nullptr);
  const Time now = system_clock().now();
  const auto after = ::time(nullptr);
  // The coarse clock of time() may lag behind by its tick.
  EXPECT_GE(now.seconds, before);
  EXPECT_LE(now.seconds, after + 1);
  const auto first = system_clock().steady();
  EXPECT_LE(first, system_clock().steady());
}

TEST(FakeClock, MovesWhenTold) {
  FakeClock clock;
  const auto steady = clock.steady();
  clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(clock.now(), Time{1406787192});
  EXPECT_EQ(clock.steady() - steady, std::chrono::seconds(5));
  clock.set({0});
  EXPECT_EQ(clock.now(), Time{0});
  EXPECT_EQ(clock.steady() - steady, std::chrono::seconds(5));
}

// Of the same name, file number, size and second of change, as when a file is written anew at once.
TEST(Clock, ReadsAZoneFileAgainWhenAskedTo) {
  const Scratch scratch;
  const auto zone = [&scratch](int hours_east) {
    // RFC 8536, version 1: no changes, one type, the name "X".
    std::string file = "TZif" + std::string(16, '\0');
    for (const char count : {'\0', '\0', '\0', '\0', '\1', '\2'})
      file += std::string(3, '\0') + count;
    const std::int32_t offset = hours_east * 3600;
    for (const int shift : {24, 16, 8, 0}) file += static_cast<char>(offset >> shift & 0xff);
    return file + std::string(2, '\0') + "X" + '\0';
  };
  const std::string path = scratch.write("zone", zone(1));
  const Zone tz(":" + path);
  EXPECT_EQ(local_offset({0}), 3600);
  struct stat before {};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  std::ofstream(path, std::ios::in | std::ios::binary) << zone(5);
  const timespec times[] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  EXPECT_EQ(local_offset({0}), 3600);
  reload_time_zone();
  EXPECT_EQ(local_offset({0}), 5 * 3600);
}

}  // namespace
}  // namespace mega
