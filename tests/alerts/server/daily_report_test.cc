#include "alerts/server/daily_report.h"
#include "mail/store/mail_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/store.h"

#include "tests/alerts/server/alerts_fixture.h"
#include "tests/support/golden.h"
#include "tests/support/mail_oracle.h"
#include "tests/support/variable.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using std::chrono::seconds;

class DailyReportTest : public AlertsTest {};

TEST_F(DailyReportTest, HoldsWhatIsThereAndNothingElse) {
  EXPECT_TRUE(gather_report(services, clock.now())->sections.empty());
  const Author ada{
      .who = "ada", .door = "unix", .function = "add_instance", .args = "'10.0.0.1', 3306"};
  ASSERT_TRUE(store->inventory.add_instance(ada, "10.0.0.1", 3306,
                                            {.version = "10.11.6", .cluster = "orders"}));
  ASSERT_TRUE(store->inventory.add_instance(ada, "10.0.0.2", 3306,
                                            {.version = "10.11.9", .cluster = "orders"}));
  ASSERT_TRUE(store->audit.add_refusal({.who = "eve", .door = "tls", .function = "del_server"},
                                       {Errc::not_allowed, "no"}));
  const auto id = outbox.post(ada, {.to = {{"", "a@x"}}, .subject = "lost"}).value();
  ASSERT_TRUE(mail_store.fail_mail(id, "550 no"));
  const auto report = gather_report(services, clock.now()).value();
  std::vector<std::string> titles;
  for (const auto& section : report.sections) titles.push_back(section.title);
  EXPECT_EQ(titles, (std::vector<std::string>{
                        "Mail that did not arrive", "Clusters with different versions",
                        "Calls that were refused", "Changes of the inventory"}));
  const std::string text = report_text(report);
  for (const char* line :
       {"orders: 10.11.6 (1x), 10.11.9 (1x)", "mega inventory search 'cluster=\"orders\"'",
        "eve by tls: del_server (1x)", "ada add_instance('10.0.0.1', 3306)",
        "failed to a@x: lost: 550 no", "mega mail --retry 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  clock.advance(seconds(24 * 3600 + 1));
  EXPECT_EQ(gather_report(services, clock.now())->sections.size(), 1U) << "versions still differ";
}

TEST_F(DailyReportTest, IsSentOnceADay) {
  const auto sender = alerts({});
  const Author author{.who = "mega", .door = "server", .function = "report_routine"};
  EXPECT_TRUE(send_daily_report(services, outbox, sender, author, clock.now()).value());
  EXPECT_FALSE(send_daily_report(services, outbox, sender, author, clock.now()).value());
  EXPECT_EQ(mails(), 1U);
  clock.advance(seconds(24 * 3600));
  EXPECT_TRUE(send_daily_report(services, outbox, sender, author, clock.now()).value());
  EXPECT_EQ(mails(), 2U);
}

// A task on two hosts, one of which fails and one of which is not there.
void add_failed_task(TaskStore& task_store) {
  const Author ada{.who = "ada", .door = "unix", .function = "add_task"};
  NewTask task{.order = {.script = "check.sh"}};
  task.hosts = {{.host = "db1", .ip = "10.0.0.1", .agent = "db1"},
                {.host = "db2", .ip = "10.0.0.2", .agent = "db2"}};
  const std::int64_t id = task_store.add_task(ada, task).value();
  const TargetChange changes[] = {{.task = id,
                                   .position = 0,
                                   .state = TaskState::failed,
                                   .attempt = 1,
                                   .outcome = TaskOutcome{.state = TaskState::failed}},
                                  {.task = id,
                                   .position = 1,
                                   .state = TaskState::unreachable,
                                   .attempt = 1,
                                   .outcome = TaskOutcome{.state = TaskState::unreachable}}};
  const TaskEnding ending{.task = id, .how = TaskEnd::done};
  ASSERT_TRUE(task_store.note_targets(changes, {&ending, 1}));
}

// The whole way: gathered, posted, and read back by Python.
TEST_F(DailyReportTest, ReadsWellInAMailProgram) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  clock.set(parse_time("2014-07-30 12:00:00").value());
  const Author daemon{.who = "db1", .door = "tls", .function = "client_ping"};
  ASSERT_TRUE(
      store->hosts.take_heartbeat(daemon, {.name = "db1", .ip = "10.0.0.1", .version = "1.0"}));
  clock.set(parse_time("2014-07-31 06:00:00").value());
  Author ada{.who = "ada", .door = "unix", .function = "add_instance"};
  for (const auto& [ip, version] : {std::pair{"10.0.0.1", "10.11.6"}, {"10.0.0.2", "10.11.9"}}) {
    ada.args = fmt::format("'{}', 3306", ip);
    ASSERT_TRUE(store->inventory.add_instance(
        ada, ip, 3306, {.version = std::string(version), .cluster = "orders"}));
  }
  add_failed_task(task_store);
  const auto sender = alerts({});
  ASSERT_TRUE(send_daily_report(services, outbox, sender, ada, clock.now()).value());

  const Map mail = read_by_python(mail_store.mail_part(1, 0).value());
  EXPECT_EQ(text_of(mail, "subject"), "mega report of 2014-07-31");
  EXPECT_EQ(json_of(mail, "tree"), R"(["multipart/alternative","text/plain","text/html"])");
  EXPECT_EQ(json_of(mail, "ascii"), "true");
  expect_golden("tests/golden/daily_report.txt", text_of(part(mail, 0), "text"));
  expect_golden("tests/golden/daily_report.html", text_of(part(mail, 1), "text"));
}

}  // namespace
}  // namespace mega
