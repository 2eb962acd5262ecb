#include "tasks/server/task_inbox.h"

#include <gtest/gtest.h>

#include <thread>

namespace mega {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds long_enough{60'000};

TEST(TaskInbox, WantsALookAtFirstAndOnceWhenTold) {
  TaskInbox inbox;
  EXPECT_TRUE(inbox.take(long_enough).look);
  EXPECT_FALSE(inbox.take(milliseconds(0)).look);
  inbox.look();
  inbox.wake();
  const auto taken = inbox.take(long_enough);
  EXPECT_TRUE(taken.look);
  EXPECT_TRUE(taken.woken);
  EXPECT_FALSE(inbox.take(milliseconds(0)).woken);
}

TEST(TaskInbox, GivesNotesInTheirOrderToWhoWaits) {
  TaskInbox inbox;
  inbox.take(long_enough);
  int last = 0;
  std::thread other([&] {
    for (int i = 1; i <= 100; ++i)
      EXPECT_TRUE(inbox.put([&last, i] { last = last + 1 == i ? i : -1000; }));
  });
  while (last >= 0 && last < 100) {
    for (const auto& note : inbox.take(long_enough).notes) note();
  }
  other.join();
  EXPECT_EQ(last, 100);
}

TEST(TaskInbox, TakesNothingOnceItIsStoppedAndKeepsWhatCameBefore) {
  TaskInbox inbox;
  EXPECT_TRUE(inbox.put([] {}));
  inbox.stop();
  EXPECT_FALSE(inbox.put([] {}));
  const auto taken = inbox.take(long_enough);
  EXPECT_EQ(taken.notes.size(), 1U);
  EXPECT_TRUE(taken.stopping);
  EXPECT_TRUE(inbox.take(long_enough).stopping) << "for good";
}

TEST(TaskInbox, HasRoomForAsMuchOutputAsIsTakenInTime) {
  TaskInbox inbox;
  ASSERT_TRUE(inbox.has_room(1000));
  inbox.put([] {}, 8 << 20);
  EXPECT_FALSE(inbox.has_room(1));
  EXPECT_TRUE(inbox.put([] {})) << "what brings no output is always taken";
  inbox.take(long_enough);
  EXPECT_TRUE(inbox.has_room(8 << 20));
}

}  // namespace
}  // namespace mega
