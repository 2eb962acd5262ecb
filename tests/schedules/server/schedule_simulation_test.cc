// Four hundred days of schedules in a moment: a seeded clock, restarts and outages at any time,
// clocks that are set forth and back, runs of any length. What was run is compared with the due
// times that CPython's zoneinfo knows.
#include "schedules/server/schedule_book.h"
#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"
#include "tests/support/ask_python.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store.h"
#include "tests/support/zones.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace mega {
namespace {

const Author root{"root", "unix", "uid=0 pid=1", "test", ""};

struct Plan {
  const char *zone, *time, *cycle;
  CatchUp catch_up;
};

constexpr std::int64_t day_s = seconds_per_day;

// The server's life as far as schedules see it: a store that stays, and a book that is lost with
// each restart.
class World {
 public:
  explicit World(Time now) : clock(now), store(Store::open_in_memory(clock).value()) { restart(); }

  std::int64_t add(const Plan& plan) {
    Schedule schedule{.function = "main",
                      .args = "null",
                      .target = "null",
                      .zone = plan.zone,
                      .catch_up = plan.catch_up,
                      .overlap = Overlap::queue,
                      .owner = {"root", "unix", "admin", ""}};
    EXPECT_TRUE(set_times(schedule, plan.time, plan.cycle, clock.now()));
    const auto id = schedule_store.add_schedule(root, schedule);
    EXPECT_TRUE(id) << id.error().message;
    book->changed();
    return id.value_or(0);
  }

  // What was going on is gone.
  void restart() {
    going.clear();
    book = std::make_unique<ScheduleBook>(schedule_store, clock);
    EXPECT_TRUE(book->recover());
  }

  // Some of the runs come to their end, and what is due begins.
  void look(std::mt19937_64& random) {
    constexpr int places = 8;
    std::erase_if(going, [&](const BegunRun& run) {
      if (random() % 3 == 0) return false;
      EXPECT_TRUE(schedule_store.end_run(run.run, {RunState::ok, ""}));
      book->forget(run);
      return true;
    });
    auto begun = book->take(places - static_cast<int>(going.size()));
    ASSERT_TRUE(begun) << begun.error().message;
    for (BegunRun& run : *begun) {
      ++runs[run.schedule.id][run.due.seconds];
      going.push_back(std::move(run));
    }
  }

  // Until nothing goes on.
  void finish(std::mt19937_64& random) {
    do look(random);
    while (!going.empty());
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
  ScheduleStore schedule_store{*store->database};
  std::unique_ptr<ScheduleBook> book;
  std::vector<BegunRun> going;
  // Schedule, due time: how often it was run.
  std::map<std::int64_t, std::map<std::int64_t, int>> runs;
};

const std::vector<Plan> plans{
    {"Europe/Berlin", "02:30", "day", CatchUp::once},
    {"Europe/Berlin", "02:15:30", "week:1,7", CatchUp::skip},
    {"Asia/Shanghai", "02:30", "day", CatchUp::skip},
    {"Asia/Shanghai", "23:59", "month:1,15,last", CatchUp::once},
    {"America/Santiago", "00:30", "day", CatchUp::once},
    {"America/Santiago", "23:30", "month:31", CatchUp::skip},
    {"Australia/Lord_Howe", "02:10", "week:7", CatchUp::once},
    {"Europe/Berlin", "02:30", "20000", CatchUp::once},
};

// Due times of each plan from `from` until `until`, as zoneinfo says.
std::vector<std::vector<std::int64_t>> expected_times(World& world,
                                                      std::span<const std::int64_t> ids, Time from,
                                                      Time until) {
  std::vector<std::string> questions;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Schedule schedule = world.schedule_store.schedule(ids[i]).value().value();
    const std::string first = schedule.time.substr(0, 10) + "T" + schedule.time.substr(11) +
                              (schedule.time.size() == 16 ? ":00" : "");
    questions.push_back(fmt::format("due {} {} {} {} {}", plans[i].zone, first, schedule.cycle,
                                    from.seconds - 1, 2000));
  }
  std::vector<std::vector<std::int64_t>> times;
  for (const auto& line : mega::ask_python("tests/schedules/format/zone_oracle.py", questions)) {
    std::istringstream numbers(line);
    auto& mine = times.emplace_back();
    for (std::int64_t due = 0; numbers >> due && due <= until.seconds;) mine.push_back(due);
  }
  return times;
}

class ScheduleSimulation : public testing::Test {
 protected:
  void begin(Time now) {
    world = std::make_unique<World>(now);
    for (const Plan& plan : plans) ids.push_back(world->add(plan));
    world->finish(random);
  }
  std::vector<std::int64_t> ran(std::size_t plan) {
    std::vector<std::int64_t> times;
    for (const auto& [due, count] : world->runs[ids[plan]]) {
      EXPECT_EQ(count, 1) << plans[plan].zone << " " << plans[plan].cycle << " due " << due;
      times.push_back(due);
    }
    return times;
  }

  unsigned seed = std::random_device{}();
  std::mt19937_64 random{seed};
  std::unique_ptr<World> world;
  std::vector<std::int64_t> ids;
};

// Restarts, kill -9 among them, as often as one likes, if none takes longer than a due time may be
// late: every due time is run, once.
TEST_F(ScheduleSimulation, EachDueTimeRunsOnceThroughAnyRestarts) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const Time first = at("2026-01-10T00:00:00Z");
  begin(first);
  const Time until{first.seconds + 400 * day_s};
  while (world->clock.now() < until) {
    // The server sleeps to the next due time, or until something happens before.
    const Time now = world->clock.now();
    Time next{
        std::min(until.seconds, now.seconds + static_cast<std::int64_t>(random() % (2 * day_s)))};
    if (world->book->next()) next = std::min(next, *world->book->next());
    world->clock.set(
        {std::max(next.seconds, now.seconds) + static_cast<std::int64_t>(random() % 20)});
    world->look(random);
    if (random() % 4 == 0) world->restart();  // with runs that go on
    world->finish(random);
  }
  const auto expected = expected_times(*world, ids, first, world->clock.now());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(testing::Message() << plans[i].zone << " " << plans[i].cycle);
    EXPECT_EQ(ran(i), expected[i]);
    EXPECT_GT(expected[i].size(), 6u);
  }
}

// Outages of days: `once` runs the latest of the due times that passed, `skip` none that is over a
// minute late.
TEST_F(ScheduleSimulation, OutagesAreCaughtUpOnceOrSkipped) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const Time first = at("2026-01-10T00:00:00Z");
  begin(first);
  const Time until{first.seconds + 400 * day_s};
  std::vector<std::pair<Time, Time>> away;  // the last moment before, the first after
  std::int64_t step = 20;
  while (world->clock.now() < until) {
    const Time now = world->clock.now();
    if (random() % 5000 == 0) {
      const Time back{now.seconds +
                      static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(6 * day_s))};
      away.emplace_back(now, back);
      world->clock.set(back);
      world->restart();
    } else {
      const auto due = world->book->next();
      step = due && due->seconds - now.seconds < 3000 ? 20 : 2000;
      world->clock.advance(std::chrono::seconds(step));
    }
    world->finish(random);
  }
  const auto expected = expected_times(*world, ids, first, world->clock.now());
  ASSERT_FALSE(away.empty());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(testing::Message() << plans[i].zone << " " << plans[i].cycle);
    std::vector<std::int64_t> should_run;
    for (std::size_t k = 0; k < expected[i].size(); ++k) {
      const std::int64_t due = expected[i][k];
      const auto outage = std::ranges::find_if(away, [&](const auto& one) {
        return one.first.seconds < due && due <= one.second.seconds;
      });
      const bool latest = outage == away.end() || k + 1 == expected[i].size() ||
                          expected[i][k + 1] > outage->second.seconds;
      const bool in_time = outage == away.end() || outage->second.seconds - due <= on_time_seconds;
      if (latest && (in_time || plans[i].catch_up == CatchUp::once)) should_run.push_back(due);
    }
    EXPECT_EQ(ran(i), should_run);
  }
}

// Whatever the clock does, no due time is run twice; once it goes right again, every due time is.
TEST_F(ScheduleSimulation, ClocksThatJumpRunNothingTwice) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const Time first = at("2026-01-10T00:00:00Z");
  begin(first);
  for (int i = 0; i < 1500; ++i) {
    const Time now = world->clock.now();
    switch (random() % 40) {
      case 0:  // a bad source of time
        world->clock.set({now.seconds + static_cast<std::int64_t>(random() % 4) * 365 * day_s});
        break;
      case 1:
      case 2:
        world->clock.set({std::max(
            first.seconds, now.seconds - static_cast<std::int64_t>(random() % (20 * day_s)))});
        break;
      case 3:
        world->clock.set({first.seconds + static_cast<std::int64_t>(random() % (100 * day_s))});
        break;
      case 4:
        world->restart();
        break;
      default:
        world->clock.advance(std::chrono::seconds(random() % 3600));
    }
    world->look(random);
  }
  // From here on all is well. What was run before in these days is not run again.
  const Time calm{first.seconds + 120 * day_s};
  world->clock.set(calm);
  world->finish(random);
  const Time until{calm.seconds + 100 * day_s};
  while (world->book->next() && *world->book->next() < until) {
    world->clock.set({world->book->next()->seconds + static_cast<std::int64_t>(random() % 30)});
    world->finish(random);
  }
  world->finish(random);
  const auto expected = expected_times(*world, ids, {calm.seconds + 1}, world->clock.now());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(testing::Message() << plans[i].zone << " " << plans[i].cycle);
    const auto all = ran(i);
    std::vector<std::int64_t> missing;
    std::ranges::set_difference(expected[i], all, std::back_inserter(missing));
    EXPECT_EQ(missing, std::vector<std::int64_t>{});
  }
}

}  // namespace
}  // namespace mega
