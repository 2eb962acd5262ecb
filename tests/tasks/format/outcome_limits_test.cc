#include "tasks/format/outcome_limits.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(OutcomeLimits, KeepNoMoreThanWasOrdered) {
  const struct {
    const char* name;
    std::int64_t ordered;
    std::int64_t host_max;
    std::size_t sent, kept;
  } cases[] = {
      {"within", 10, 100, 10, 10},
      {"one byte over", 10, 100, 11, 10},
      {"nothing ordered", 0, 100, 101, 100},
      {"more ordered than any host may keep", 1000, 100, 500, 100},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TaskOutcome outcome{.output = std::string(c.sent, 'o'), .errors = std::string(c.sent, 'e')};
    limit_outcome(outcome, {.output_limit_bytes = c.ordered}, c.host_max);
    EXPECT_EQ(outcome.output, std::string(c.kept, 'o'));
    EXPECT_EQ(outcome.errors, std::string(c.kept, 'e'));
    EXPECT_EQ(outcome.output_cut, c.sent > c.kept);
    EXPECT_EQ(outcome.errors_cut, c.sent > c.kept);
  }
}

TEST(OutcomeLimits, CutNoCharacterInTwo) {
  TaskOutcome outcome{.reason = std::string(reason_bytes_max - 1, 'r') + "\xe4\xb8\xad",
                      .output = "a\xe4\xb8\xad"};
  limit_outcome(outcome, {.output_limit_bytes = 3});
  EXPECT_EQ(outcome.output, "a");
  EXPECT_EQ(outcome.reason, std::string(reason_bytes_max - 1, 'r'));
}

}  // namespace
}  // namespace mega
