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

}  // namespace
}  // namespace mega
