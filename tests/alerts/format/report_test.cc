#include "alerts/format/report.h"

#include "tests/support/golden.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

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

}  // namespace
}  // namespace mega
