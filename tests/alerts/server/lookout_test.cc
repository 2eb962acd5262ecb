#include "alerts/server/lookout.h"
#include "mail/store/mail_store.h"
#include "schedules/store/schedule_store.h"
#include "tasks/store/task_store.h"

#include "tests/alerts/server/alerts_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// All watches of all modules, as Lookout has them.
class Watches {
 public:
  Watches(const Services& services, const Clock& clock, const Notices& notices) : told_(notices) {
    const Settings settings = Settings::load({}).value();
    for (const Watcher* watcher : Registered<Watcher>::all()) {
      watches_.push_back(watcher->begin(services, clock, settings));
    }
  }
  Result<void> look() {
    for (const auto& watch : watches_) {
      if (auto looked = watch->look(told_); !looked) return looked;
    }
    return {};
  }

 private:
  ToldOnce told_;
  std::vector<std::unique_ptr<Watch>> watches_;
};

class WatchTest : public AlertsTest {
 protected:
  // The texts of all mails that are in the queue.
  std::string text() const {
    std::string all;
    for (std::int64_t id = 1; id <= static_cast<std::int64_t>(mails()); ++id) {
      all += mail_store.mail_part(id, 0).value();
    }
    return all;
  }
  void beat(const std::string& name) {
    const Heartbeat heartbeat{.name = name, .ip = "10.0.0." + name.substr(2), .version = "1"};
    ASSERT_TRUE(store->hosts.take_heartbeat({.who = name, .door = "tls", .function = "client_ping"},
                                            heartbeat));
  }

  // One that has ended; its id.
  std::int64_t add_task(TaskState state) {
    NewTask task{.order = {.script = "check.sh"}};
    task.hosts = {{.host = "db1", .ip = "10.0.0.1", .agent = "db1"}};
    const std::int64_t id = task_store.add_task(author, task).value();
    const TargetChange change{.task = id,
                              .position = 0,
                              .state = state,
                              .attempt = 1,
                              .outcome = TaskOutcome{.state = state}};
    const TaskEnding ending{.task = id, .how = TaskEnd::done};
    EXPECT_TRUE(task_store.note_targets({&change, 1}, {&ending, 1}));
    return id;
  }

  const Author author{.who = "ada", .door = "unix", .function = "add_task"};
};

TEST_F(WatchTest, ADaemonThatFellSilentIsToldOfOnce) {
  beat("db1");
  beat("db2");
  const Alerts sender = alerts({});
  Watches watch(services, clock, sender);
  ASSERT_TRUE(watch.look());
  clock.advance(seconds(600));
  beat("db2");
  clock.advance(seconds(300));
  ASSERT_TRUE(watch.look());
  ASSERT_TRUE(watch.look());
  EXPECT_EQ(mails(), 1U);
  EXPECT_THAT(text(), HasSubstr("Subject: [mega warning] db1 is silent since "));
  EXPECT_THAT(text(), HasSubstr("mega call get_client name=3Ddb1"));
  // Another server process, hours later: the same silence.
  clock.advance(seconds(3 * 3600));
  beat("db2");
  Watches again(services, clock, sender);
  ASSERT_TRUE(again.look());
  EXPECT_EQ(mails(), 1U) << "who was away while the server was is given time";
  clock.advance(seconds(890));
  beat("db2");
  clock.advance(seconds(10));
  ASSERT_TRUE(again.look());
  EXPECT_EQ(mails(), 1U);
  // Back, and silent again.
  beat("db1");
  clock.advance(seconds(900));
  ASSERT_TRUE(again.look());
  EXPECT_EQ(mails(), 3U) << text();
}

TEST_F(WatchTest, WhoIsGoneForAWeekIsNoNews) {
  beat("db1");
  const Alerts sender = alerts({});
  clock.advance(seconds(8 * 24 * 3600));
  Watches watch(services, clock, sender);
  clock.advance(seconds(900));
  ASSERT_TRUE(watch.look());
  EXPECT_EQ(mails(), 0U);
}

TEST_F(WatchTest, ATaskThatFailedSomewhereIsToldOfOnce) {
  add_task(TaskState::ok);
  add_task(TaskState::failed);
  const Alerts sender = alerts({.repeat = seconds(0)});
  Watches watch(services, clock, sender);
  ASSERT_TRUE(watch.look());
  ASSERT_TRUE(watch.look());
  Watches again(services, clock, sender);
  ASSERT_TRUE(again.look());
  EXPECT_EQ(mails(), 1U);
  EXPECT_THAT(text(), HasSubstr("task 2 (check.sh) is not ok on 1 of 1 hosts"));
  EXPECT_THAT(text(), HasSubstr("mega call get_task_targets task_id=2"));
}

// One event, one alert: of a schedule's task as of what the schedule itself came to.
TEST_F(WatchTest, AScheduledTaskThatFailedIsToldOfAsItsSchedule) {
  const std::int64_t schedule =
      schedule_store
          .add_schedule(author,
                        {.function = "add_task", .owner = {.who = "ada"}, .next_due = Time{60}})
          .value();
  for (const std::int64_t due : {60, 120}) {
    const Settling settling{
        .schedule = schedule, .due = {due}, .next = Time{due + 60}, .run = Time{due}};
    const std::int64_t run = schedule_store.settle_schedules({settling}).value().front();
    const std::int64_t task = add_task(TaskState::failed);
    ASSERT_TRUE(schedule_store.end_run(run, {RunState::ok, fmt::format("task {}", task), task}));
  }
  const Alerts sender = alerts({});
  Watches watch(services, clock, sender);
  ASSERT_TRUE(watch.look());
  EXPECT_EQ(mail_store.count_mail("task_failed", "", {}).value(), 0);
  EXPECT_EQ(mail_store.count_mail("schedule_failed", std::to_string(schedule), {}).value(), 1)
      << "the second one within alert.repeat";
  EXPECT_THAT(text(), HasSubstr("schedule 1: task 2 (check.sh) is not ok on 1 of 1 hosts"));
}

}  // namespace
}  // namespace mega
