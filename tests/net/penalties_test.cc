#include "net/throttle.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::milliseconds;

const Penalties::Rules rules{.free_failures = 2,
                             .first_wait = milliseconds(100),
                             .longest_wait = milliseconds(350),
                             .forgotten_after = milliseconds(10'000),
                             .addresses_max = 3};

TEST(Penalties, DoubleFromTheFirstFailureThatIsNotFreeUpToALimit) {
  Penalties penalties(rules);
  const Penalties::Moment start{};
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 6; ++i) {
    penalties.failed("10.0.0.1", start);
    waits.push_back(penalties.wait_of("10.0.0.1", start).count());
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{0, 0, 100, 200, 350, 350}));
  EXPECT_EQ(penalties.wait_of("10.0.0.2", start).count(), 0);
}

TEST(Penalties, EndWithTheirTimeAndWithASuccess) {
  Penalties penalties(rules);
  const Penalties::Moment start{};
  for (int i = 0; i < 3; ++i) penalties.failed("10.0.0.1", start);
  EXPECT_EQ(penalties.wait_of("10.0.0.1", start + milliseconds(40)).count(), 60);
  EXPECT_EQ(penalties.wait_of("10.0.0.1", start + milliseconds(100)).count(), 0);
  penalties.failed("10.0.0.1", start + milliseconds(100));
  EXPECT_EQ(penalties.wait_of("10.0.0.1", start + milliseconds(100)).count(), 200);
  penalties.succeeded("10.0.0.1");
  penalties.failed("10.0.0.1", start + milliseconds(100));
  EXPECT_EQ(penalties.wait_of("10.0.0.1", start + milliseconds(100)).count(), 0);
}

TEST(Penalties, AreForgottenByWhoStaysAway) {
  Penalties penalties(rules);
  const Penalties::Moment start{};
  for (int i = 0; i < 3; ++i) penalties.failed("10.0.0.1", start);
  const auto later = start + milliseconds(10'001);
  penalties.failed("10.0.0.1", later);
  EXPECT_EQ(penalties.wait_of("10.0.0.1", later).count(), 0);
}

TEST(Penalties, KeepTheLatestOfMoreAddressesThanTheyHold) {
  Penalties penalties(rules);
  const Penalties::Moment start{};
  for (int i = 0; i < 3; ++i) penalties.failed("10.0.0.1", start + milliseconds(i));
  for (const char* address : {"10.0.0.2", "10.0.0.3"}) {
    for (int i = 0; i < 3; ++i) penalties.failed(address, start + milliseconds(10 + i));
  }
  penalties.failed("10.0.0.4", start + milliseconds(20));  // takes the place of the first
  EXPECT_EQ(penalties.wait_of("10.0.0.1", start + milliseconds(20)).count(), 0);
  EXPECT_GT(penalties.wait_of("10.0.0.2", start + milliseconds(20)).count(), 0);
  EXPECT_GT(penalties.wait_of("10.0.0.3", start + milliseconds(20)).count(), 0);
}

TEST(Penalties, CountAll64OfAPeerAsOne) {
  Penalties penalties(rules);
  const Penalties::Moment start{};
  for (const char* address : {"2001:db8::1", "2001:db8::2", "2001:db8::3"}) {
    penalties.failed(address, start);
  }
  EXPECT_GT(penalties.wait_of("2001:db8::4", start).count(), 0);
  EXPECT_EQ(penalties.wait_of("2001:db8:0:1::4", start).count(), 0);
  penalties.succeeded("2001:db8::9");
  EXPECT_EQ(penalties.wait_of("2001:db8::4", start).count(), 0);
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
