#include "schedules/store/schedule_store.h"
#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"

namespace mega {
namespace {

class Schedules : public testing::Test {
 protected:
  Schedules() : store(Store::open_in_memory(clock).value()) {}

  Time now() const { return clock.now(); }
  Time in(std::int64_t seconds) const { return {now().seconds + seconds}; }

  std::int64_t add(Time due, const std::string& who = "root") {
    const Schedule schedule{.function = "main",
                            .args = "null",
                            .shown = "1",
                            .target = "null",
                            .time = "2014-07-31 06:14",
                            .cycle = "60",
                            .owner = {who, "unix", "admin", ""},
                            .next_due = due};
    const auto id = schedule_store.add_schedule(root, schedule);
    EXPECT_TRUE(id) << error_of(id);
    return id.value_or(0);
  }

  // The id of the run; 0: none.
  std::int64_t settle(const Settling& settling) {
    const auto runs = schedule_store.settle_schedules({settling});
    EXPECT_TRUE(runs) << error_of(runs);
    return runs ? runs->front() : -1;
  }

  std::vector<std::string> runs(std::int64_t schedule) {
    return lines(schedule_store.schedule_runs(schedule, 0), {"due", "state", "times", "result"});
  }

  std::string next_due(std::int64_t id) {
    return cell(**schedule_store.schedule_row(id), "next_due");
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
  ScheduleStore schedule_store{*store->database};
};

TEST_F(Schedules, ComeBackAsTheyWereKept) {
  const std::int64_t id = add(in(60));
  const auto found = schedule_store.schedule(id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->function, "main");
  EXPECT_EQ((*found)->cycle, "60");
  EXPECT_EQ((*found)->next_due, in(60));
  EXPECT_EQ((*found)->created, now());
  EXPECT_EQ((*found)->owner, (ScheduleOwner{"root", "unix", "admin", ""}));
  EXPECT_EQ(schedule_store.schedule(id + 1).value(), std::nullopt);
  EXPECT_EQ(lines(schedule_store.schedules(State::all, 0), {"id", "function", "state", "owner"}),
            (std::vector<std::string>{"1 main active root"}));
}

TEST_F(Schedules, HaveNoTargetUnlessOneWasGiven) {
  const auto target = [&](const std::string& json) {
    Schedule schedule{
        .function = "a.sh", .args = "null", .type = 1, .target = json, .time = "02:30"};
    const auto id = schedule_store.add_schedule(root, schedule);
    EXPECT_EQ(schedule_store.schedule(*id).value()->target, json);
    return cell(**schedule_store.schedule_row(*id), "target");
  };
  EXPECT_EQ(target("null"), "None");
  EXPECT_EQ(target(R"(["db1"])"), R"(["db1"])");
}

// Adds a schedule of that owner with such a cycle and so many bytes of arguments.
std::optional<Error> refusal(ScheduleStore& store, const ScheduleOwner& owner,
                             const std::string& cycle, std::size_t bytes = 0) {
  const Schedule schedule{.function = "main",
                          .args = std::string(bytes, 'x'),
                          .time = "2014-07-31 06:14",
                          .cycle = cycle,
                          .owner = owner,
                          .next_due = Time{1406787187}};
  const auto id = store.add_schedule(root, schedule);
  return id ? std::nullopt : std::optional(id.error());
}

TEST_F(Schedules, ShareWhatOneOwnerMayKeep) {
  const ScheduleOwner admin{"root", "unix", "admin", ""}, reader{"rita", "tls", "reader", ""};
  const ScheduleOwner operator_{"otto", "tls", "operator", ""}, old{"", "legacy", "reader", ""};
  const struct {
    const char* name;
    ScheduleOwner owner;
    std::string cycle;
    std::size_t bytes;
    bool refused;
  } steps[] = {
      {"1 MiB", reader, "day", 1 << 20, false},
      {"one byte more", reader, "day", 1, true},
      {"none more", reader, "day", 0, false},
      {"each second", reader, "1", 0, true},
      {"each two seconds", reader, "2", 0, false},
      {"another owner", old, "1", 1 << 20, false},
      {"each second, and once a day", old, "day", 0, true},
      {"an operator", operator_, "day", 16 << 20, false},
      {"an operator, one byte more", operator_, "day", 1, true},
      {"an operator, each second", operator_, "1", 0, false},
      {"the admin", admin, "1", 17 << 20, false},
      {"the admin again", admin, "1", 1, false},
  };
  for (const auto& step : steps) {
    SCOPED_TRACE(step.name);
    const auto refused = refusal(schedule_store, step.owner, step.cycle, step.bytes);
    EXPECT_EQ(refused.has_value(), step.refused) << (refused ? refused->message : "");
    if (refused) {
      EXPECT_EQ(refused->code, Errc::refused);
    }
  }
  // Changing one counts as well; pausing it always goes.
  Schedule changed = **schedule_store.schedule(1);
  changed.cycle = "1";
  EXPECT_EQ(schedule_store.mod_schedule(root, changed).error().code, Errc::refused);
  changed.stat = 2;
  EXPECT_TRUE(schedule_store.mod_schedule(root, changed).has_value());
}

TEST_F(Schedules, ADueTimeIsClaimedOnce) {
  const std::int64_t id = add(now());
  const Settling settling{.schedule = id, .due = now(), .next = in(60), .run = now()};
  const std::int64_t run = settle(settling);
  EXPECT_GT(run, 0);
  EXPECT_EQ(settle(settling), 0);  // it has moved on
  EXPECT_EQ(next_due(id), "@" + std::to_string(in(60).seconds));
  // Moved back by whatever it was: the due time has its run.
  ASSERT_TRUE(schedule_store.move_schedule(id, in(60), now()));
  EXPECT_EQ(settle(settling), 0);
  ASSERT_TRUE(schedule_store.end_run(run, {RunState::failed, "no such host"}));
  const std::string due = "@" + std::to_string(now().seconds);
  EXPECT_EQ(runs(id), std::vector<std::string>{due + " failed 1 no such host"});
  // What has ended stays as it ended.
  ASSERT_TRUE(schedule_store.end_run(run, {RunState::ok, ""}));
  EXPECT_EQ(runs(id), std::vector<std::string>{due + " failed 1 no such host"});
}

TEST_F(Schedules, AMissedDueTimeCanStillBeRun) {
  const std::int64_t id = add(now());
  EXPECT_EQ(
      settle({.schedule = id, .due = now(), .next = in(600), .missed = now(), .missed_count = 9}),
      0);
  EXPECT_EQ(schedule_store.was_run(id, now()).value(), false);
  ASSERT_TRUE(schedule_store.move_schedule(id, in(600), now()));  // the clock was set back
  EXPECT_GT(settle({.schedule = id, .due = now(), .next = in(60), .run = now()}), 0);
  EXPECT_EQ(schedule_store.was_run(id, now()).value(), true);
  EXPECT_EQ(runs(id).size(), 1u);
}

TEST_F(Schedules, PausedAndRemovedOnesAreNotClaimed) {
  const std::int64_t id = add(now());
  Schedule schedule = **schedule_store.schedule(id);
  schedule.stat = 2;
  ASSERT_TRUE(schedule_store.mod_schedule(root, schedule));
  EXPECT_TRUE(schedule_store.due_schedules(now())->empty());
  EXPECT_EQ(schedule_store.next_schedule().value(), std::nullopt);
  const Settling settling{.schedule = id, .due = now(), .next = in(60), .run = now()};
  EXPECT_EQ(settle(settling), 0);
  ASSERT_TRUE(schedule_store.del_schedule(root, id));
  EXPECT_EQ(settle(settling), 0);
  EXPECT_EQ(error_of(schedule_store.del_schedule(root, id)), "not_found: there is no schedule 1");
}

TEST_F(Schedules, WhatWaitsIsSkippedByAPause) {
  const std::int64_t id = add(now());
  const std::int64_t run = settle(
      {.schedule = id, .due = now(), .next = in(60), .run = now(), .state = RunState::waiting});
  Schedule schedule = **schedule_store.schedule(id);
  schedule.stat = 2;
  ASSERT_TRUE(schedule_store.mod_schedule(root, schedule));
  EXPECT_EQ(schedule_store.start_run(run).value(), false);
  EXPECT_EQ(cell(**schedule_store.schedule_row(id), "last_state"), "skipped");
}

TEST_F(Schedules, AfterAStartRunningOnesAreLostAndWaitingOnesDueAgain) {
  const std::int64_t running = add(now()), waiting = add(now());
  EXPECT_GT(settle({.schedule = running, .due = now(), .next = in(60), .run = now()}), 0);
  EXPECT_GT(settle({.schedule = waiting,
                    .due = now(),
                    .next = in(60),
                    .run = now(),
                    .state = RunState::waiting}),
            0);
  EXPECT_EQ(schedule_store.recover_runs().value(), 1);
  EXPECT_EQ(schedule_store.recover_runs().value(), 0);
  const std::string due = "@" + std::to_string(now().seconds);
  EXPECT_EQ(runs(running), std::vector<std::string>{due + " lost 1 the server ended meanwhile"});
  EXPECT_EQ(runs(waiting), std::vector<std::string>{});
  EXPECT_EQ(next_due(waiting), due);
}

TEST_F(Schedules, AThousandRunsAreRemembered) {
  const std::int64_t id = add(now());
  for (int i = 0; i < 1010; ++i) {
    const std::int64_t run =
        settle({.schedule = id, .due = in(i), .next = in(i + 1), .run = in(i)});
    ASSERT_GT(run, 0);
    ASSERT_TRUE(schedule_store.end_run(run, {}));
  }
  EXPECT_EQ(runs(id).size(), static_cast<std::size_t>(runs_kept));
}

TEST_F(Schedules, OfOneOwnerAreBounded) {
  for (int i = 0; i < 1000; ++i) ASSERT_GT(add(in(60), "deploy"), 0);
  const Schedule one_more{.function = "main",
                          .args = "null",
                          .target = "null",
                          .time = "2014-07-31 06:14",
                          .owner = {"deploy", "unix", "admin", ""},
                          .next_due = in(60)};
  EXPECT_EQ(error_of(schedule_store.add_schedule(root, one_more)),
            "refused: the schedules of \"deploy\" are 1000, which is the most: remove some first");
  EXPECT_GT(add(in(60), "night"), 0);
}

TEST_F(Schedules, DoneOnesAreForgottenAfterAWhile) {
  const std::int64_t done = add(now()), kept = add(now());
  ASSERT_TRUE(schedule_store.end_run(
      settle({.schedule = done, .due = now(), .next = {}, .run = now()}), {}));
  EXPECT_EQ(cell(**schedule_store.schedule_row(done), "state"), "done");
  clock.advance(std::chrono::hours(24 * 91));
  add(in(60));
  EXPECT_EQ(schedule_store.schedule(done).value(), std::nullopt);
  EXPECT_TRUE(schedule_store.schedule(kept).value().has_value());
}

TEST_F(Schedules, ChangesAreAudited) {
  const std::int64_t id = add(in(60));
  Schedule schedule = **schedule_store.schedule(id);
  schedule.cycle = "120";
  ASSERT_TRUE(schedule_store.mod_schedule(root, schedule));
  ASSERT_TRUE(schedule_store.mod_schedule(root, schedule));  // nothing changes
  ASSERT_TRUE(schedule_store.del_schedule(root, id));
  EXPECT_EQ(lines(store->audit.audit(0), {"after"}).size(), 3u);
  EXPECT_EQ(lines(store->audit.audit(1), {"after"}),
            (std::vector<std::string>{R"({"schedule":1,"removed":true})"}));
}

}  // namespace
}  // namespace mega
