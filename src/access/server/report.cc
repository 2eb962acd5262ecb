// Adds certificates that end soon to the daily report.
#include "access/store/access_store.h"
#include "api/report_section.h"
#include "value/row_view.h"

namespace mega {
namespace {

const Service<AccessStore> access_store{"certificates and tokens"};

constexpr std::int64_t certificate_warning_seconds = 14LL * 24 * 3600;

Result<ReportSection> ending_certificates(const Services& services, const ReportPeriod& period) {
  const auto rows = services[access_store].certificates(State::online, 0);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Certificates that end soon: hosts that were silent for long"};
  for_each_row(*rows, [&](const RowView& row) {
    if (row.number("until") > period.now.seconds + certificate_warning_seconds) return;
    add(section, {.text = fmt::format("{} ({}) until {}", row.text("name"), row.text("role"),
                                      format_local({row.number("until")}))});
  });
  if (!section.items.empty()) section.items.push_back({.command = "mega server clients"});
  return section;
}

const Registered<ReportPart> part{
    {.name = "ending certificates", .rank = 50, .gather = ending_certificates}};

}  // namespace
}  // namespace mega
