// Whose turn it is.
#include "tasks/format/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using enum TaskState;

Participant here(std::string_view cluster, TaskState state = waiting) {
  return {.cluster = cluster, .state = state, .present = true};
}

TEST(Turns, GoThroughTheHostsAsTheyAreTold) {
  const struct {
    const char* name;
    Pacing pacing;
    std::vector<Participant> hosts;
    std::vector<std::size_t> start;
  } cases[] = {
      {"no hosts", {}, {}, {}},
      {"all at once", {}, {here(""), here(""), here("")}, {0, 1, 2}},
      {"one in a cluster", {}, {here("a"), here("a"), here("b"), here("")}, {0, 2, 3}},
      {"the cluster is busy", {}, {here("a", running), here("a"), here("b")}, {2}},
      {"the cluster is free again", {}, {here("a", ok), here("a")}, {1}},
      {"two in a cluster", {.per_cluster = 2}, {here("a"), here("a"), here("a")}, {0, 1}},
      {"any number in a cluster", {.per_cluster = 0}, {here("a"), here("a"), here("a")}, {0, 1, 2}},
      {"two at once", {.batch = {2}}, {here(""), here(""), here("")}, {0, 1}},
      {"one of two is running", {.batch = {2}}, {here("", running), here(""), here("")}, {1}},
      {"the batch is full", {.batch = {1}}, {here("", running), here("")}, {}},
      {"half, rounded up", {.batch = {50, true}}, {here(""), here(""), here("")}, {0, 1}},
      {"a percent is at least one", {.batch = {1, true}}, {here(""), here("")}, {0}},
      {"failures do not count unless told", {}, {here("", failed), here("")}, {1}},
      {"fewer failures than told", {.failures_max = 2}, {here("", failed), here("")}, {1}},
      {"cancelled is no failure", {.failures_max = 1}, {here("", cancelled), here("")}, {1}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Turn turn = next_turn(c.pacing, c.hosts);
    EXPECT_EQ(turn.start, c.start);
    EXPECT_FALSE(turn.stop);
  }
}

TEST(Turns, LeaveOutWhoIsAwayWithoutAPlaceInTheBatch) {
  std::vector<Participant> hosts{here("a"), here("a"), here("b"), here("b")};
  hosts[0].present = false;
  hosts[3].present = false;
  const Turn turn = next_turn({.batch = {2}}, hosts);
  EXPECT_THAT(turn.start, ElementsAre(1, 2));
  EXPECT_THAT(turn.missed, ElementsAre(0)) << "the other one's turn has not come";
}

TEST(Turns, WaitForTheWindow) {
  std::vector<Participant> hosts{here(""), here("")};
  hosts[0].open = false;
  EXPECT_THAT(next_turn({}, hosts).start, ElementsAre(1));
  EXPECT_THAT(next_turn({}, hosts).missed, IsEmpty());
}

TEST(Turns, StopAfterTooManyFailures) {
  for (const TaskState end : {failed, timed_out, unreachable, expired, refused, lost}) {
    const std::vector<Participant> hosts{here("", end), here("", ok), here("")};
    const Turn turn = next_turn({.failures_max = 1}, hosts);
    EXPECT_TRUE(turn.stop) << name_of(end);
    EXPECT_THAT(turn.start, IsEmpty());
  }
}

TEST(BatchSize, IsANumberOrAPercentage) {
  EXPECT_EQ(parse_batch_size("").value(), BatchSize{});
  EXPECT_EQ(parse_batch_size("10").value(), (BatchSize{10, false}));
  EXPECT_EQ(parse_batch_size(" 25% ").value(), (BatchSize{25, true}));
  for (const char* text : {"0", "-1", "0%", "101%", "ten", "%", "1.5"}) {
    EXPECT_FALSE(parse_batch_size(text).has_value()) << text;
  }
  for (const char* text : {"", "10", "25%"}) {
    EXPECT_EQ(to_text(parse_batch_size(text).value()), text);
  }
}

TEST(Windows, AreHoursOfTheDay) {
  const struct {
    const char* text;
    int minute;
    bool open;
  } cases[] = {
      {"", 0, true},
      {"02:00-04:00", 119, false},
      {"02:00-04:00", 120, true},
      {"02:00-04:00", 239, true},
      {"02:00-04:00", 240, false},
      {"22:00-06:00", 23 * 60, true},
      {"22:00-06:00", 0, true},
      {"22:00-06:00", 360, false},
      {"20:00-24:00", 1439, true},
      {"12:00-13:00, 2:30-3:00", 150, true},
      {"12:00-13:00, 2:30-3:00", 180, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(is_open(parse_windows(c.text).value(), c.minute), c.open) << c.minute;
  }
  for (const char* text : {"22", "22:00", "22:00-", "22:00-22:00", "24:01-01:00", "1:60-2:00",
                           "-1:00-2:00", "22:00-06:00,", "night"}) {
    EXPECT_FALSE(parse_windows(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mega
