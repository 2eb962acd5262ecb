#include "net/throttle.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Turnstile, CountsInAllAndByAddress) {
  Turnstile turnstile(3, 2);
  EXPECT_EQ(turnstile.enter("10.0.0.1"), "");
  EXPECT_EQ(turnstile.enter("10.0.0.1"), "");
  EXPECT_EQ(turnstile.enter("10.0.0.1"), "limits.connections_per_address is reached");
  EXPECT_EQ(turnstile.enter("10.0.0.2"), "");
  EXPECT_EQ(turnstile.enter("10.0.0.3"), "limits.connections is reached");
  EXPECT_EQ(turnstile.inside(), 3);
  turnstile.leave("10.0.0.1");
  EXPECT_EQ(turnstile.enter("10.0.0.1"), "");
}

TEST(Turnstile, TakesTheUnixSocketForNoAddress) {
  Turnstile turnstile(2, 1);
  EXPECT_EQ(turnstile.enter(""), "");
  EXPECT_EQ(turnstile.enter(""), "");
  EXPECT_EQ(turnstile.enter(""), "limits.connections is reached");
  turnstile.leave("");
  EXPECT_EQ(turnstile.enter("10.0.0.1"), "");
}

TEST(SparseLog, LetsABurstThroughAndThenOneEachPeriod) {
  using std::chrono::milliseconds;
  SparseLog log(2, milliseconds(100));
  const SparseLog::Moment start{std::chrono::hours(1)};
  EXPECT_EQ(log.pass(start), 0);
  EXPECT_EQ(log.pass(start), 0);
  EXPECT_EQ(log.pass(start), std::nullopt);
  EXPECT_EQ(log.pass(start + milliseconds(99)), std::nullopt);
  EXPECT_EQ(log.pass(start + milliseconds(100)), 2);  // two were held back
  EXPECT_EQ(log.pass(start + milliseconds(100)), std::nullopt);
  EXPECT_EQ(log.pass(start + milliseconds(900)), 1);  // never more at once than the burst
  EXPECT_EQ(log.pass(start + milliseconds(900)), 0);
  EXPECT_EQ(log.pass(start + milliseconds(900)), std::nullopt);
}

}  // namespace
}  // namespace mega
