#include "net/keepalive.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::seconds;

constexpr seconds probe{30};

Keepalive::Moment at(int second) { return Keepalive::Moment(seconds(1000 + second)); }

TEST(Keepalive, AsksTwiceAndThenGivesUp) {
  Keepalive keepalive;
  keepalive.heard(at(0));
  const struct {
    int second;
    Keepalive::Due due;
  } rows[] = {
      {0, Keepalive::Due::nothing},  {29, Keepalive::Due::nothing}, {30, Keepalive::Due::ping},
      {31, Keepalive::Due::nothing}, {59, Keepalive::Due::nothing}, {60, Keepalive::Due::ping},
      {89, Keepalive::Due::nothing}, {90, Keepalive::Due::end},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.second);
    EXPECT_EQ(keepalive.due(at(row.second), probe), row.due);
  }
}

TEST(Keepalive, BeginsAnewWithEachByte) {
  Keepalive keepalive;
  keepalive.heard(at(0));
  EXPECT_EQ(keepalive.next(probe), at(30));
  EXPECT_EQ(keepalive.due(at(30), probe), Keepalive::Due::ping);
  EXPECT_EQ(keepalive.next(probe), at(60));
  keepalive.heard(at(31));
  EXPECT_EQ(keepalive.next(probe), at(61));
  EXPECT_EQ(keepalive.due(at(60), probe), Keepalive::Due::nothing);
  EXPECT_EQ(keepalive.due(at(61), probe), Keepalive::Due::ping);
}

// As after the machine was suspended: it asks at least once more before it gives up.
TEST(Keepalive, AsksBeforeItGivesUpHoweverLongTheSilenceWas) {
  Keepalive keepalive;
  keepalive.heard(at(0));
  EXPECT_EQ(keepalive.due(at(10'000), probe), Keepalive::Due::ping);
  EXPECT_EQ(keepalive.due(at(10'000), probe), Keepalive::Due::ping);
  EXPECT_EQ(keepalive.due(at(10'000), probe), Keepalive::Due::end);
}

}  // namespace
}  // namespace mega
