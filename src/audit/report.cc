// Adds refused calls to the daily report.
#include "api/report_section.h"
#include "audit/audit_store.h"
#include "value/row_view.h"

#include <map>

namespace mega {
namespace {

const Service<AuditStore> audit_store{"audit"};

Result<ReportSection> refusals(const Services& services, const ReportPeriod& period) {
  const auto rows =
      services[audit_store].audit(AuditFilter{.since = period.since, .refused = true});
  if (!rows) return fail(rows.error());
  std::map<std::string, std::int64_t> by_caller;
  for_each_row(*rows, [&](const RowView& row) {
    const std::string who = row.text("who").empty() ? row.text("peer") : row.text("who");
    ++by_caller[fmt::format("{} by {}: {}", who, row.text("door"), row.text("function"))];
  });
  ReportSection section{.title = "Calls that were refused"};
  for (const auto& [caller, count] : by_caller) {
    add(section, {.text = short_line(fmt::format("{} ({}x)", caller, count))});
  }
  if (!section.items.empty()) {
    section.items.push_back({.command = "mega server audit --refused " + since_flag(period)});
  }
  return section;
}

const Registered<ReportPart> part{{.name = "refusals", .rank = 60, .gather = refusals}};

}  // namespace
}  // namespace mega
