#include "mail/alerts.h"

#include "mail/daily_report.h"
#include "tests/support/fake_clock.h"
#include "tests/support/golden.h"
#include "tests/support/variable.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::seconds;

TEST(AlertRules, RecipientsAreReadAndChosen) {
  std::vector<AlertRecipient> all;
  for (const char* text :
       {"dba@x", "mail_failed=ops@x", "*/critical=Oncall <oncall@x>", "silent/warning = dba@x"}) {
    const auto recipient = parse_alert_recipient(text);
    ASSERT_TRUE(recipient.has_value()) << recipient.error().message;
    all.push_back(*recipient);
  }
  const auto chosen = [&](std::string_view kind, AlertLevel level) {
    std::string names;
    for (const auto& each : recipients_for(kind, level, all)) names += each.address + " ";
    return names;
  };
  EXPECT_EQ(chosen("report", AlertLevel::info), "dba@x ");
  EXPECT_EQ(chosen("mail_failed", AlertLevel::info), "dba@x ops@x ");
  EXPECT_EQ(chosen("mail_failed", AlertLevel::critical), "dba@x ops@x oncall@x ");
  EXPECT_EQ(chosen("silent", AlertLevel::warning), "dba@x ");
}

TEST(AlertRules, RefusesWhatIsNoRecipient) {
  for (const char* text :
       {"", "x", "report=", "re port=a@x", "a/loud=a@x", "=a@x", "/critical=a@x"}) {
    EXPECT_EQ(parse_alert_recipient(text).error().code, Errc::invalid_argument) << text;
  }
}

TEST(AlertRules, QuietHoursEndInTheMorning) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  const auto quiet = parse_quiet_hours("22:00-07:00").value();
  const auto at = [](const char* text) { return parse_time(text).value(); };
  EXPECT_EQ(after_quiet(at("2014-07-31 21:59"), quiet), at("2014-07-31 21:59"));
  EXPECT_EQ(after_quiet(at("2014-07-31 22:00"), quiet), at("2014-08-01 07:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 06:59:59"), quiet), at("2014-08-01 07:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 07:00"), quiet), at("2014-08-01 07:00"));
  const auto noon = parse_quiet_hours("12:00-13:00").value();
  EXPECT_EQ(after_quiet(at("2014-08-01 12:30"), noon), at("2014-08-01 13:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 11:30"), noon), at("2014-08-01 11:30"));
  EXPECT_FALSE(parse_quiet_hours("").value().has_value());
  for (const char* text :
       {"22", "22:00", "22:00-", "-07:00", "24:00-07:00", "22:60-07:00", "a-b"}) {
    EXPECT_FALSE(parse_quiet_hours(text).has_value()) << text;
  }
}

class AlertsTest : public testing::Test {
 protected:
  AlertsTest()
      : store(Store::open_in_memory(clock).value()),
        outbox(*store, clock, {"", "mega@db1"}, true, nullptr) {}

  Alerts alerts(AlertOptions options) {
    options.to = {{.address = {"", "dba@x"}}};
    return Alerts(*store, clock, outbox, std::move(options));
  }
  std::size_t mails() const { return store->mails(State::all, 0).value().size(); }

  FakeClock clock;
  std::unique_ptr<Store> store;
  Outbox outbox;
};

TEST_F(AlertsTest, TheSameIsToldOnceInAWhile) {
  const auto sender = alerts({});
  const Alert alert{.kind = "silent", .topic = "db1", .subject = "db1 is silent"};
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
  EXPECT_NE(store->mail_part(5, 0)->find("7 alerts of this kind were held back"),
            std::string::npos);
}

TEST_F(AlertsTest, AtNightOnlyWhatIsCriticalIsSent) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  clock.set(parse_time("2014-07-31 23:00:00").value());
  const auto sender = alerts({.quiet = QuietHours{.begin = 22 * 60, .end = 7 * 60}});
  sender.raise({.kind = "silent", .topic = "a", .level = AlertLevel::warning, .subject = "waits"});
  sender.raise({.kind = "silent", .topic = "b", .level = AlertLevel::critical, .subject = "wakes"});
  const auto due = store->due_mail(1).value();
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->subject, "[mega critical] wakes");
  EXPECT_EQ(store->next_mail_due().value(), clock.now());
}

TEST_F(AlertsTest, NobodyIsToldWhatNobodyWants) {
  Alerts sender(*store, clock, outbox, {});
  sender.raise({.kind = "silent", .topic = "a", .subject = "x"});
  EXPECT_EQ(mails(), 0U);
}

TEST(MailReports, ReadsWellAsTextAndAsHtml) {
  const MailReport report{
      .title = "mega report of 2014-07-31",
      .intro = "2 servers, 3 instances, 4 databases.",
      .sections = {{.title = "Mail that did not arrive",
                    .items = {{.text = "7 failed to a@x: <b>Größe</b> & \"more\"",
                               .command = "mega mail --retry 7"}}},
                   {.title = "Changes of the inventory",
                    .items = {{.text = "2014-07-31 14:13:07 ada add_server('10.0.0.1')"},
                              {.command = "mega server audit --since '2014-07-30 14:13:07'"}},
                    .more = 12}}};
  expect_golden("tests/golden/report.txt", report_text(report));
  expect_golden("tests/golden/report.html", report_html(report));
}

class DailyReportTest : public AlertsTest {};

TEST_F(DailyReportTest, HoldsWhatIsThereAndNothingElse) {
  EXPECT_TRUE(gather_report(*store, clock.now())->sections.empty());
  const Author ada{
      .who = "ada", .door = "unix", .function = "add_instance", .args = "'10.0.0.1', 3306"};
  ASSERT_TRUE(
      store->add_instance(ada, "10.0.0.1", 3306, {.version = "10.11.6", .cluster = "orders"}));
  ASSERT_TRUE(
      store->add_instance(ada, "10.0.0.2", 3306, {.version = "10.11.9", .cluster = "orders"}));
  ASSERT_TRUE(store->add_refusal({.who = "eve", .door = "tls", .function = "del_server"},
                                 {Errc::not_allowed, "no"}));
  const auto id = outbox.post(ada, {.to = {{"", "a@x"}}, .subject = "lost"}).value();
  ASSERT_TRUE(store->fail_mail(id, "550 no"));
  const auto report = gather_report(*store, clock.now()).value();
  std::vector<std::string> titles;
  for (const auto& section : report.sections) titles.push_back(section.title);
  EXPECT_EQ(titles, (std::vector<std::string>{
                        "Mail that did not arrive", "Clusters with different versions",
                        "Calls that were refused", "Changes of the inventory"}));
  const std::string text = report_text(report);
  for (const char* line : {"orders: 10.11.6 (1x), 10.11.9 (1x)", "mega call search instance",
                           "eve by tls: del_server (1x)", "ada add_instance('10.0.0.1', 3306)",
                           "failed to a@x: lost: 550 no", "mega mail --retry 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  clock.advance(seconds(24 * 3600 + 1));
  EXPECT_EQ(gather_report(*store, clock.now())->sections.size(), 1U) << "versions still differ";
}

TEST_F(DailyReportTest, IsSentOnceADay) {
  const auto sender = alerts({});
  const Author author{.who = "mega", .door = "server", .function = "report_routine"};
  EXPECT_TRUE(send_daily_report(*store, outbox, sender, author, clock.now()).value());
  EXPECT_FALSE(send_daily_report(*store, outbox, sender, author, clock.now()).value());
  EXPECT_EQ(mails(), 1U);
  clock.advance(seconds(24 * 3600));
  EXPECT_TRUE(send_daily_report(*store, outbox, sender, author, clock.now()).value());
  EXPECT_EQ(mails(), 2U);
}

}  // namespace
}  // namespace mega
