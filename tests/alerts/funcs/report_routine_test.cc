// report_routine, as its callers see it.
#include "alerts/server/alerts.h"
#include "tests/api/every_function_fixture.h"

namespace mega {
namespace {

class ReportRoutine : public EveryFunctionTest {
 protected:
  ReportRoutine() {
    api.services.add<const Outbox>(outbox);
    api.services.add<const Alerts>(alerts);
  }

  const Outbox outbox{mail_store, clock, {.sender = {"", "mega@db1"}}, nullptr};
  const Alerts alerts{mail_store, clock, outbox, {}};
};

TEST_F(ReportRoutine, TheReportIsForThoseWhoAreNamed) {
  EXPECT_EQ(value("report_routine"), Value(1));
  EXPECT_EQ(row_count(value("get_all_mail")), 0U);
  const Alerts named(mail_store, clock, outbox, {.to = {{.address = {"", "boss@x.org"}}}});
  api.services.add<const Alerts>(named);
  EXPECT_EQ(value("report_routine", "'23:59'"), Value(1)) << "not yet";
  EXPECT_EQ(row_count(value("get_all_mail")), 0U);
  EXPECT_EQ(value("report_routine"), Value(1));
  EXPECT_EQ(value("report_routine"), Value(1));
  EXPECT_EQ(row_count(value("get_all_mail")), 1U);
  EXPECT_EQ(error("report_routine", "'25:00'").code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mega
