#include "tasks/format/run_answer.h"

#include "value/json.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(TaskStandingTest, IsReadBackAsItWasWritten) {
  const TaskStanding cases[] = {
      {.state = TaskState::waiting, .limit_ms = 70'000, .grace_ms = 10'000},
      {.state = TaskState::running, .limit_ms = 1},
      {},
  };
  for (const TaskStanding& standing : cases) {
    SCOPED_TRACE(to_json(to_value(standing)));
    EXPECT_EQ(standing_from(to_value(standing)), standing);
  }
  EXPECT_EQ(to_json(to_value(cases[0])), R"(["waiting",{"limit_ms":70000,"grace_ms":10000}])");
}

TEST(TaskStandingTest, IsNothingElse) {
  for (const char* json :
       {R"(["out","started"])", R"(["started"])", R"(["started",5])", "7",
        R"(["ended",{"limit_ms":1}])", R"(["started",{"limit_ms":-1}])",
        R"(["started",{"limit_ms":"long"}])", R"(["started",{"limit_ms":9223372036854775807}])"}) {
    SCOPED_TRACE(json);
    EXPECT_FALSE(standing_from(parse_json(json).value()));
  }
  EXPECT_TRUE(standing_from(parse_json(R"(["started",{"more":[1]}])").value()));
}

TEST(RunOutputTest, IsReadBackAsItWasWritten) {
  const RunOutput cases[] = {
      {.is_error = false, .bytes = "text\n"},
      {.is_error = true, .bytes = "\u4e2d\u6587"},
      {.is_error = false, .bytes = "\xd6\xd0 is no UTF-8"},
      {.is_error = true, .bytes = std::string("a\0b", 3)},
      {},
  };
  for (const RunOutput& output : cases) {
    const Value item = output_item(output.is_error, output.bytes);
    SCOPED_TRACE(to_json(item));
    EXPECT_EQ(output_from(item), output);
    EXPECT_FALSE(standing_from(item));
  }
}

TEST(RunOutputTest, IsNothingElse) {
  for (const char* json :
       {R"(["out"])", R"(["output","x"])", R"(["started",{"limit_ms":1}])", "7"}) {
    SCOPED_TRACE(json);
    EXPECT_FALSE(output_from(parse_json(json).value()));
  }
}

TEST(RunEndTest, HoldsTheOutcomeAsItWasWritten) {
  const TaskOutcome outcome{.state = TaskState::failed, .exit_code = 3, .output = "x"};
  const Value answer(List{output_item(false, "before"), end_item(outcome)});
  const Map* map = outcome_in(answer);
  ASSERT_TRUE(map);
  EXPECT_EQ(outcome_from(Value(*map)).value(), outcome);
  EXPECT_FALSE(goes_on(*map));
}

}  // namespace
}  // namespace mega
