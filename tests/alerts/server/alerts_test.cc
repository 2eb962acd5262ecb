#include "alerts/server/alerts.h"
#include "mail/store/mail_store.h"

#include "tests/alerts/server/alerts_fixture.h"
#include "tests/support/variable.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::seconds;

TEST_F(AlertsTest, TheSameIsToldOnceInAWhile) {
  const auto sender = alerts({});
  const Notice alert{.kind = "silent", .topic = "db1", .subject = "db1 is silent"};
  sender.raise(alert);
  sender.raise(alert);
  EXPECT_EQ(mails(), 1U);
  sender.raise({.kind = "silent", .topic = "db2", .subject = "db2 is silent"});
  EXPECT_EQ(mails(), 2U);
  clock.advance(seconds(3600));
  sender.raise(alert);
  EXPECT_EQ(mails(), 3U);
}

TEST_F(AlertsTest, TooManyOfAKindAreHeldBackAndCounted) {
  const auto sender = alerts({.rate = 3});
  for (int i = 0; i < 10; ++i) {
    sender.raise({.kind = "silent", .topic = std::to_string(i), .subject = "silent"});
  }
  EXPECT_EQ(mails(), 3U);
  sender.raise({.kind = "other", .topic = "x", .subject = "another kind"});
  EXPECT_EQ(mails(), 4U);
  clock.advance(seconds(3601));
  sender.raise({.kind = "silent", .topic = "z", .subject = "silent"});
  EXPECT_EQ(mails(), 5U);
  EXPECT_NE(mail_store.mail_part(5, 0)->find("7 alerts of this kind were held back"),
            std::string::npos);
}

TEST_F(AlertsTest, AtNightOnlyWhatIsCriticalIsSent) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  clock.set(parse_time("2014-07-31 23:00:00").value());
  const auto sender = alerts({.quiet = QuietHours{.begin = 22 * 60, .end = 7 * 60}});
  sender.raise({.kind = "silent", .topic = "a", .level = NoticeLevel::warning, .subject = "waits"});
  sender.raise(
      {.kind = "silent", .topic = "b", .level = NoticeLevel::critical, .subject = "wakes"});
  const auto due = mail_store.due_mail(1).value();
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->subject, "[mega critical] wakes");
  EXPECT_EQ(mail_store.next_mail_due().value(), clock.now());
}

TEST_F(AlertsTest, NobodyIsToldWhatNobodyWants) {
  Alerts sender(mail_store, clock, outbox, {});
  sender.raise({.kind = "silent", .topic = "a", .subject = "x"});
  EXPECT_EQ(mails(), 0U);
}

}  // namespace
}  // namespace mega
