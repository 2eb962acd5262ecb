// The mail module's section of the daily report: mail that did not arrive.
#include "api/report_section.h"
#include "mail/store/mail_store.h"
#include "value/row_view.h"

namespace mega {
namespace {

const Service<MailStore> mail_store{"mail"};

Result<ReportSection> broken_mail(const Services& services, const ReportPeriod& period) {
  const auto rows = services[mail_store].mails(State::all, 0);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Mail that did not arrive"};
  for_each_row(*rows, [&](const RowView& row) {
    const std::string state = row.text("state");
    const bool failed = state == "failed" && row.number("ended") >= period.since.seconds;
    if (!failed && state != "doubtful") return;
    add(section, {.text = short_line(fmt::format("{} {} to {}: {}: {}", row.number("id"), state,
                                                 row.text("recipient"), row.text("subject"),
                                                 row.text("words"))),
                  .command = fmt::format("mega mail --retry {}", row.number("id"))});
  });
  return section;
}

const Registered<ReportPart> part{{.name = "broken mail", .rank = 30, .gather = broken_mail}};

}  // namespace
}  // namespace mega
