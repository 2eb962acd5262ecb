// Until when one task waits for its hosts, and what becomes of those that it gives up.
#include "tests/tasks/server/task_machine.h"

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using enum TaskState;

TEST_F(TaskMachine, LosesAHostThatDoesNotComeBack) {
  TaskRun run = begin(task_on(1));
  look(run);
  here.clear();
  now = seconds(3);
  hear(run, 0, fail(Errc::unavailable, "the connection broke"));
  now = seconds(17);
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(18);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  EXPECT_EQ(reason, "its daemon has not said that it took it, and its daemon is away since " +
                        format_local({midnight.seconds + 3}));
  EXPECT_TRUE(given_up) << "it may tell later";
  EXPECT_TRUE(run.has_ended());
}

// Daemons that do not say how long their scripts may run.
TEST_F(TaskMachine, WaitsLongForAnOlderDaemon) {
  ActiveTask task = task_on(2);
  TaskRun run = begin(std::move(task));
  look(run);
  run.hear_sign_of_life(0, moment());
  EXPECT_THAT(look(run), ElementsAre("db1 limit"));
  now = seconds(15);
  EXPECT_THAT(look(run), ElementsAre("probe db2"));
  run.hear_sign_of_life(1, moment());
  EXPECT_THAT(look(run), ElementsAre("db2 limit"));
  EXPECT_EQ(limit.ms, 0);
  now = seconds(100'000);
  EXPECT_THAT(look(run), IsEmpty()) << "they are connected";
  here.clear();
  hear(run, 0, fail(Errc::unavailable, "the connection broke"));
  now += seconds(599);
  EXPECT_THAT(look(run), IsEmpty());
  now += seconds(1);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  EXPECT_THAT(reason, HasSubstr("nobody knows what became of it, and its daemon is away since"));
}

TEST_F(TaskMachine, CountsTheLimitOfTheOrderForAnOlderDaemon) {
  ActiveTask task = task_on(1);
  task.order.time_limit_s = 60;
  TaskRun run = begin(std::move(task));
  look(run);
  run.hear_sign_of_life(0, moment());
  look(run);
  now = seconds(74);
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(75);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  EXPECT_EQ(reason, "it had to be over after 1m, and its daemon is connected but silent");
}

TEST_F(TaskMachine, GivesUpAConnectedHostThatSaysNothingAtAll) {
  TaskRun run = begin(task_on(1));
  look(run);
  EXPECT_TRUE(run.waits()) << "for time alone";
  now = seconds(15);
  EXPECT_THAT(look(run), ElementsAre("probe db1"));
  EXPECT_THAT(look(run), IsEmpty()) << "once";
  now = seconds(30);
  EXPECT_THAT(look(run), ElementsAre("db1 lost", "cancel db1")) << "nor does it start afterwards";
  EXPECT_EQ(reason,
            "its daemon has not said that it took it, and its daemon is connected but silent");
  EXPECT_TRUE(given_up);
  EXPECT_THAT(hear(run, 0, outcome(ok)), IsEmpty()) << "that is told late";
}

TEST_F(TaskMachine, GivesUpAScriptThatMustBeOverByNow) {
  TaskRun run = begin(task_on(2));
  look(run);
  now = seconds(2);
  hear_limit(run, 0, running, seconds(70));
  hear_limit(run, 1, running, seconds(70));
  EXPECT_THAT(look(run), ElementsAre("db1 limit", "db2 limit"));
  EXPECT_EQ(limit.ms, 70'000);
  EXPECT_EQ(limit.over_by, (Time{midnight.seconds + 72}));
  here.erase("db2");
  now = seconds(10);
  hear(run, 1, fail(Errc::unavailable, "the connection broke"));
  now = seconds(86);
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(87);
  EXPECT_THAT(look(run), ElementsAre("db1 lost", "db2 lost"))
      << "and nothing is sent: it ends there";
  EXPECT_EQ(reason, "it had to be over after 70s, and its daemon is away since " +
                        format_local({midnight.seconds + 10}));
}

TEST_F(TaskMachine, OutlivesACutThatIsShorterThanTheScript) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear_limit(run, 0, running, seconds(70));
  look(run);
  here.clear();
  hear(run, 0, fail(Errc::unavailable, "the connection broke"));
  now = seconds(60);
  EXPECT_THAT(look(run), IsEmpty());
  here.insert("db1");
  EXPECT_THAT(look(run), ElementsAre("run db1")) << "the same order: it is followed";
  hear_limit(run, 0, running, seconds(10));
  EXPECT_THAT(look(run), ElementsAre("db1 limit"));
  now = seconds(84);
  EXPECT_THAT(look(run), IsEmpty());
  EXPECT_THAT(hear(run, 0, outcome(timed_out)), ElementsAre("db1 timed_out"));
}

TEST_F(TaskMachine, LetsNoClockRunWhileAHostHasNoRoom) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear_limit(run, 0, waiting, seconds(70));
  EXPECT_THAT(look(run), ElementsAre("db1 limit"));
  EXPECT_EQ(limit.over_by, Time{});
  now = std::chrono::hours(30);
  EXPECT_THAT(look(run), IsEmpty());
  here.clear();
  hear(run, 0, fail(Errc::unavailable, "it has answered no keepalive"));
  now += seconds(84);
  EXPECT_THAT(look(run), IsEmpty());
  now += seconds(1);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  EXPECT_THAT(reason, HasSubstr("it waited there for its turn, and its daemon is away since"));
}

TEST_F(TaskMachine, AsksAHostWithoutRoomAsLongAsItIsThere) {
  TaskRun run = begin(task_on(1));
  look(run);
  for (int i = 0; i < 200; ++i) {
    hear(run, 0, fail(Errc::unavailable, "1000 tasks wait on this host already"));
    now += milliseconds(500);
    ASSERT_THAT(look(run), ElementsAre("run db1"));
  }
}

TEST_F(TaskMachine, CountsAnewAfterTheServerItselfStoodStill) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear_limit(run, 0, running, seconds(70));
  look(run);
  now = seconds(500);
  run.was_deaf(moment());
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(514);
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(515);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
}

TEST_F(TaskMachine, GoesOnPastAHostThatHangs) {
  ActiveTask task = task_on(4);
  task.pacing = {.batch = {1}, .failures_max = 2};
  TaskRun run = begin(std::move(task));
  EXPECT_THAT(look(run), ElementsAre("db1 running", "run db1"));
  now = seconds(15);
  look(run);
  now = seconds(30);
  EXPECT_THAT(look(run), ElementsAre("db1 lost", "db2 running", "cancel db1", "run db2"));
  EXPECT_THAT(hear(run, 1, outcome(failed)), ElementsAre("db2 failed"));
  EXPECT_THAT(look(run), ElementsAre("db3 cancelled", "db4 cancelled")) << "lost is a failure";
  EXPECT_EQ(run.how_it_ended(), TaskEnd::stopped);
}

TEST_F(TaskMachine, DoesNotWaitForAFrozenHostOnceItIsCancelled) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear_limit(run, 0, running, seconds(3600));
  look(run);
  now = seconds(5);
  run.cancel();
  EXPECT_THAT(look(run), ElementsAre("cancel db1"));
  now = seconds(29);
  EXPECT_THAT(look(run), IsEmpty()) << "it has ten seconds to end its script";
  now = seconds(30);
  EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  EXPECT_EQ(reason, "it was cancelled, and its daemon is connected but silent");
}

// What a server before this one has noted, by a clock that was set meanwhile, or not.
TEST_F(TaskMachine, TakesUpTheLimitsThatAnotherServerKnew) {
  const struct {
    const char* name;
    std::optional<TargetLimit> limit;
    std::int64_t own_limit_s;
    Time started;
    seconds lost_after;  // from the start of this server, nobody being there
  } cases[] = {
      {"it has said nothing", std::nullopt, 0, midnight, seconds(15)},
      {"it says nothing of limits", TargetLimit{}, 0, midnight, seconds(600)},
      {"the same, the order has one", TargetLimit{}, 60, {midnight.seconds - 20}, seconds(55)},
      {"started", TargetLimit{70'000, {midnight.seconds + 50}}, 0, midnight, seconds(65)},
      {"started long ago", TargetLimit{70'000, {midnight.seconds - 500}}, 0, midnight, seconds(15)},
      {"the clock was set back", TargetLimit{70'000, {midnight.seconds + 9'000}}, 0, midnight,
       seconds(85)},
      {"it waits there", TargetLimit{70'000, {}}, 0, midnight, seconds(85)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ActiveTask task = task_on(1);
    task.order.time_limit_s = c.own_limit_s;
    task.targets[0].state = running;
    task.targets[0].started = c.started;
    task.targets[0].limit = c.limit;
    here.clear();
    now = seconds(0);
    TaskRun run = begin(std::move(task));
    now = c.lost_after - milliseconds(1);
    EXPECT_THAT(look(run), IsEmpty());
    now = c.lost_after;
    EXPECT_THAT(look(run), ElementsAre("db1 lost"));
  }
}

}  // namespace
}  // namespace mega
