// One task as a machine: what it notes and sends, whatever comes.
#include "tests/tasks/server/task_machine.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using enum TaskState;

TEST_F(TaskMachine, GoesFromOrderToOutcome) {
  TaskRun run = begin(task_on(2));
  EXPECT_THAT(look(run), ElementsAre("db1 running", "db2 running", "run db1", "run db2"));
  EXPECT_THAT(look(run), IsEmpty());
  EXPECT_EQ(run.order_for(1).id, "7-53d98700/1/1") << "1406764800 in hexadecimal";
  EXPECT_THAT(hear(run, 0, outcome(ok)), ElementsAre("db1 ok"));
  EXPECT_THAT(hear(run, 0, outcome(failed)), IsEmpty()) << "it has ended";
  EXPECT_FALSE(run.has_ended());
  EXPECT_THAT(hear(run, 1, outcome(failed)), ElementsAre("db2 failed"));
  EXPECT_TRUE(run.has_ended());
  EXPECT_EQ(run.how_it_ended(), TaskEnd::done);
}

TEST_F(TaskMachine, StoresNoMoreThanItOrdered) {
  ActiveTask task = task_on(1);
  task.order.output_limit_bytes = 10;
  TaskRun run = begin(std::move(task));
  look(run);
  TaskSteps steps;
  run.end(0, {.state = failed, .reason = std::string(5000, 'r'), .output = std::string(5000, 'o')},
          steps);
  ASSERT_EQ(steps.changes.size(), 1u);
  const TaskOutcome& kept = steps.changes[0].outcome;
  EXPECT_EQ(kept.output, std::string(10, 'o'));
  EXPECT_TRUE(kept.output_cut);
  EXPECT_LT(kept.reason.size(), 5000u);
}

TEST_F(TaskMachine, WaitsForAHostThatIsAwayAndThenGivesUp) {
  TaskRun run = begin(task_on(2));
  here.erase("db2");
  EXPECT_THAT(look(run), ElementsAre("db1 running", "run db1"));
  hear_start(run, 0);
  now = seconds(14);
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(15);
  EXPECT_THAT(look(run), ElementsAre("db2 unreachable"));
  EXPECT_EQ(reason, "its daemon is not connected, and has not been for 15s");
}

TEST_F(TaskMachine, DoesNotWaitForAHostThatHasBeenAwayForLong) {
  TaskRun run = begin(task_on(2));
  here.erase("db2");
  left = -seconds(15);
  EXPECT_THAT(look(run), ElementsAre("db1 running", "db2 unreachable", "run db1"));
}

TEST_F(TaskMachine, StartsWhereTheDaemonComesInTime) {
  TaskRun run = begin(task_on(1));
  here.clear();
  EXPECT_THAT(look(run), IsEmpty());
  now = seconds(14);
  here.insert("db1");
  EXPECT_THAT(look(run), ElementsAre("db1 running", "run db1"));
}

TEST_F(TaskMachine, WaitsUntilItExpires) {
  ActiveTask task = task_on(2);
  task.expires = {midnight.seconds + 3600};
  task.pacing.batch = {1};
  TaskRun run = begin(std::move(task));
  here.erase("db1");
  EXPECT_THAT(look(run), ElementsAre("db2 running", "run db2"));
  hear_start(run, 1);
  now = seconds(3599);
  EXPECT_THAT(look(run), IsEmpty());
  EXPECT_EQ(run.order_for(1).expires, midnight.seconds + 3600);
  now = seconds(3600);
  EXPECT_THAT(look(run), ElementsAre("db1 unreachable")) << "and db2 runs on";

  ActiveTask full = task_on(2);
  full.expires = {midnight.seconds + 3600};
  full.pacing.batch = {1};
  now = seconds(0);
  TaskRun slow = begin(std::move(full));
  EXPECT_THAT(look(slow), ElementsAre("db1 running", "run db1"));
  hear_start(slow, 0);
  now = seconds(3600);
  EXPECT_THAT(look(slow), ElementsAre("db2 expired"));
}

TEST_F(TaskMachine, SendsTheSameOrderAgainWhenTheConnectionBroke) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear_start(run, 0);
  const std::string id = run.order_for(0).id;
  here.clear();
  EXPECT_THAT(hear(run, 0, fail(Errc::unavailable, "the connection broke")), IsEmpty());
  now = seconds(500);
  EXPECT_THAT(look(run), IsEmpty());
  here.insert("db1");
  EXPECT_THAT(look(run), ElementsAre("run db1"));
  EXPECT_EQ(run.order_for(0).id, id);
  EXPECT_THAT(hear(run, 0, outcome(ok)), ElementsAre("db1 ok"));
}

TEST_F(TaskMachine, DoesNotAskWithoutAPause) {
  TaskRun run = begin(task_on(1));
  look(run);
  hear(run, 0, fail(Errc::unavailable, "too many tasks wait there"));
  EXPECT_THAT(look(run), IsEmpty());
  now = milliseconds(500);
  EXPECT_THAT(look(run), ElementsAre("run db1"));
}

TEST_F(TaskMachine, TakesUpWhatAnotherServerBegan) {
  ActiveTask task = task_on(3);
  task.targets[0].state = running;
  task.targets[0].attempt = 1;
  task.targets[1].state = ok;
  TaskRun run = begin(std::move(task));
  EXPECT_THAT(look(run), ElementsAre("db3 running", "run db1", "run db3"));
  EXPECT_THAT(hear(run, 0, outcome(ok)), ElementsAre("db1 ok"));
}

TEST_F(TaskMachine, TellsWhatADaemonOf2014LeavesOpen) {
  ActiveTask task = task_on(2);
  for (TaskTarget& target : task.targets) target.host.legacy_port = 1105;
  task.targets[0].state = running;
  here.clear();
  TaskRun run = begin(std::move(task));
  EXPECT_THAT(look(run), ElementsAre("db1 lost", "db2 running", "dial db2"));
  TaskSteps steps;
  run.end(1, {.state = failed, .exit_code = 3}, steps);
  EXPECT_THAT(told(run, steps), ElementsAre("db2 failed"));
  EXPECT_TRUE(run.has_ended());
}

TEST_F(TaskMachine, IsCancelledWhereItWaitsAndWhereItRuns) {
  ActiveTask task = task_on(3);
  task.pacing.batch = {2};
  TaskRun run = begin(std::move(task));
  EXPECT_THAT(look(run), ElementsAre("db1 running", "db2 running", "run db1", "run db2"));
  here.erase("db2");
  hear(run, 1, fail(Errc::unavailable, "the connection broke"));
  run.cancel();
  EXPECT_THAT(look(run), ElementsAre("db3 cancelled", "cancel db1"));
  EXPECT_THAT(look(run), IsEmpty()) << "asked once";
  EXPECT_THAT(hear(run, 0, outcome(cancelled)), ElementsAre("db1 cancelled"));

  here.insert("db2");
  now = seconds(1);
  EXPECT_THAT(look(run), ElementsAre("outcome db2", "cancel db2"));
  EXPECT_THAT(hear(run, 1, Value(Map{{"state", "running"}})), IsEmpty());
  now = seconds(2);
  EXPECT_THAT(look(run), ElementsAre("outcome db2"));
  EXPECT_THAT(hear(run, 1, fail(Errc::not_found, "never heard of it")),
              ElementsAre("db2 cancelled"));
  EXPECT_EQ(run.how_it_ended(), TaskEnd::cancelled);
}

TEST_F(TaskMachine, StopsAfterTooManyFailures) {
  ActiveTask task = task_on(4);
  task.pacing = {.batch = {2}, .failures_max = 1};
  TaskRun run = begin(std::move(task));
  look(run);
  hear(run, 0, outcome(failed));
  EXPECT_THAT(look(run), ElementsAre("db3 cancelled", "db4 cancelled"));
  EXPECT_EQ(reason, "the task stopped after 1 failure");
  EXPECT_FALSE(run.has_ended()) << "db2 runs on";
  hear(run, 1, outcome(ok));
  EXPECT_TRUE(run.has_ended());
  EXPECT_EQ(run.how_it_ended(), TaskEnd::stopped);
}

TEST_F(TaskMachine, StartsInTheWindowOfEachHost) {
  ActiveTask task = task_on(2);
  task.in_windows = true;
  task.targets[0].host.window = "22:00-06:00";
  TaskRun run = begin(std::move(task));
  minute = 12 * 60;
  EXPECT_THAT(look(run), ElementsAre("db2 running", "run db2"));
  minute = 22 * 60;
  EXPECT_THAT(look(run), ElementsAre("db1 running", "run db1"));
}

TEST_F(TaskMachine, EndsAsTheDaemonSays) {
  const struct {
    const char* name;
    Result<Value> end;
    TaskState state;
    const char* reason;
  } cases[] = {
      {"no such script", fail(Errc::not_found, "there is no x.sh"), refused, "there is no x.sh"},
      {"not allowed", fail(Errc::not_allowed, "no commands here"), refused, "no commands here"},
      {"a bug there", fail(Errc::internal, "run broke off"), lost, "run broke off"},
      {"output in the last part",
       Value(List{List{"out", "x"}, List{"end", to_value(TaskOutcome{.state = timed_out})}}),
       timed_out, ""},
      {"nonsense", Value(7), lost, "cannot be read"},
      {"no state", Value(List{List{"end", Map{}}}), lost, "cannot be read"},
      {"an empty answer", Value(List{}), lost, "cannot be read"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TaskRun run = begin(task_on(1));
    look(run);
    EXPECT_THAT(hear(run, 0, c.end), ElementsAre("db1 " + std::string(name_of(c.state))));
    EXPECT_THAT(reason, HasSubstr(c.reason));
  }
}

}  // namespace
}  // namespace mega
