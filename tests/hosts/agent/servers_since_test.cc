#include "hosts/agent/servers_since.h"

#include "tests/support/scratch.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(ServersSince, MovesForwardAndIsKept) {
  const Scratch scratch;
  ServersSince since(scratch / "since", "site1");
  EXPECT_EQ(since.time(), Time{});
  EXPECT_TRUE(since.move({100}, {100}).value());
  EXPECT_FALSE(since.move({100}, {200}).value());
  EXPECT_FALSE(since.move({50}, {200}).value());
  EXPECT_FALSE(since.move({}, {200}).value()) << "a server that tells none";
  EXPECT_EQ(since.time(), Time{100});
  EXPECT_EQ(ServersSince(scratch / "since", "site1").time(), Time{100});
  EXPECT_EQ(ServersSince(scratch / "since", "site2").time(), Time{}) << "the time of another site";
}

TEST(ServersSince, IsNotMovedByACertificateThatItWouldRefuse) {
  const Scratch scratch;
  ServersSince since(scratch / "since", "site1");
  const auto moved = since.move({101}, {100});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, Errc::not_allowed);
  EXPECT_EQ(since.time(), Time{});
}

TEST(ServersSince, TakesADamagedFileForNone) {
  const Scratch scratch;
  for (const char* text : {"", "site1", "site1 x", "site1 1 2", "1"}) {
    SCOPED_TRACE(text);
    scratch.write("since", text);
    EXPECT_EQ(ServersSince(scratch / "since", "site1").time(), Time{});
  }
}

}  // namespace
}  // namespace mega
