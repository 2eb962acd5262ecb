// Who is asked what became of targets that were given up, and what is noted.
#include "tasks/server/late_outcomes.h"

#include <gmock/gmock.h>

#include <set>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class LateOutcomesTest : public testing::Test {
 protected:
  TaskMoment moment() const {
    return {.time = {1'800'000'000 + now.count()},
            .steady = std::chrono::steady_clock::time_point(seconds(10'000) + now),
            .present = [this](const std::string& agent) { return here.contains(agent); },
            .away_since = {}};
  }
  void add(std::int64_t task, const std::string& agent) {
    late.add({.task = task,
              .position = 0,
              .agent = agent,
              .order = std::to_string(task) + "/0/1",
              .until = {1'800'000'000 + 3600}});
  }
  std::vector<std::string> asked() {
    std::vector<std::string> lines;
    for (const LateTarget& target : late.look(moment())) {
      lines.push_back(target.agent + " " + target.order);
    }
    return lines;
  }
  std::optional<LateOutcome> hear(std::int64_t task, const Result<Value>& answer) {
    return late.hear(task, 0, answer, moment());
  }

  LateOutcomes late;
  std::set<std::string> here;
  seconds now{0};
};

TEST_F(LateOutcomesTest, AreAskedForOneAfterTheOtherOnceTheDaemonIsThere) {
  add(1, "db1");
  add(2, "db1");
  add(3, "db2");
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_FALSE(late.waits()) << "somebody has to come";
  here = {"db1"};
  EXPECT_THAT(asked(), ElementsAre("db1 1/0/1"));
  EXPECT_THAT(asked(), IsEmpty());
  const auto told = hear(1, to_value(TaskOutcome{.state = TaskState::ok, .output = "x"}));
  ASSERT_TRUE(told && told->outcome);
  EXPECT_EQ(told->outcome->output, "x");
  EXPECT_FALSE(late.knows(1, 0));
  EXPECT_FALSE(hear(1, Value(Map{}))) << "once";
  EXPECT_THAT(asked(), ElementsAre("db1 2/0/1"));
}

TEST_F(LateOutcomesTest, AreAskedForAgainWhileTheScriptRunsOn) {
  add(1, "db1");
  here = {"db1"};
  asked();
  EXPECT_FALSE(hear(1, Value(Map{{"state", "running"}})));
  EXPECT_TRUE(late.waits());
  now = seconds(4);
  EXPECT_THAT(asked(), IsEmpty());
  now = seconds(5);
  EXPECT_THAT(asked(), ElementsAre("db1 1/0/1"));
  EXPECT_FALSE(hear(1, fail(Errc::unavailable, "the connection broke")));
  here.clear();
  now = seconds(10);
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_FALSE(late.waits()) << "until it comes back";
  EXPECT_TRUE(late.knows(1, 0));
}

TEST_F(LateOutcomesTest, MayComeAsTheEndOfWhatTheOrderWasAnswered) {
  add(1, "db1");
  const TaskOutcome outcome{.state = TaskState::timed_out, .reason = "too long"};
  const auto told = hear(1, Value(List{List{"end", to_value(outcome)}}));
  ASSERT_TRUE(told && told->outcome);
  EXPECT_EQ(*told->outcome, outcome);
}

TEST_F(LateOutcomesTest, SayThatTheOrderWasNeverStarted) {
  add(1, "db1");
  const auto told = hear(1, fail(Errc::not_found, "no task 1/0/1 was started here"));
  ASSERT_TRUE(told && told->outcome);
  EXPECT_EQ(told->outcome->state, TaskState::cancelled);
}

TEST_F(LateOutcomesTest, AreNoneWhenTheDaemonCannotTell) {
  add(1, "db1");
  const auto told = hear(1, fail(Errc::corrupt, "its journal is damaged"));
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->outcome);
  EXPECT_FALSE(late.knows(1, 0));
}

TEST_F(LateOutcomesTest, AreForgottenWhenTheHostHasForgottenThem) {
  add(1, "db1");
  now = seconds(3601);
  here = {"db1"};
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_FALSE(late.knows(1, 0));
}

}  // namespace
}  // namespace mega
