#include "hosts/agent/server_connection.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backoff, DoublesUpToItsLimit) {
  const struct {
    int failures;
    seconds wait;
  } rows[] = {{1, seconds(1)},  {2, seconds(2)},  {3, seconds(4)},     {6, seconds(32)},
              {7, seconds(60)}, {8, seconds(60)}, {1000, seconds(60)}, {0, seconds(1)}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.failures);
    EXPECT_EQ(backoff(row.failures, false, 0), row.wait);
    EXPECT_EQ(backoff(row.failures, false, 1), milliseconds(row.wait) / 2);
  }
}

TEST(Backoff, IsSlowWithWhoDoesNotLetItIn) {
  EXPECT_EQ(backoff(1, true, 0), seconds(300));
  EXPECT_EQ(backoff(9, true, 1), seconds(150));
  EXPECT_EQ(backoff(1, true, 0.5), seconds(225));
}

TEST(Backoff, KeepsToItsRules) {
  const BackoffRules rules{
      .first = milliseconds(10), .longest = milliseconds(25), .refused = milliseconds(70)};
  EXPECT_EQ(backoff(1, false, 0, rules), milliseconds(10));
  EXPECT_EQ(backoff(3, false, 0, rules), milliseconds(25));
  EXPECT_EQ(backoff(3, true, 0, rules), milliseconds(70));
}

}  // namespace
}  // namespace mega
