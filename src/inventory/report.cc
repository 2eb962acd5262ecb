// Adds the inventory to server_status and the daily report: counts, clusters with different
// versions, changes.
#include "api/report_section.h"
#include "api/status.h"
#include "audit/audit_store.h"
#include "inventory/store/inventory.h"
#include "value/row_view.h"

#include <map>
#include <set>

namespace mega {
namespace {

const Service<AuditStore> audit_store{"audit"};
const Service<Inventory> inventory{"inventory"};

Result<std::string> counted(const Services& services) {
  const auto counts = services[inventory].counts();
  if (!counts) return fail(counts.error());
  return fmt::format("{} servers, {} instances, {} databases.", counts->servers, counts->instances,
                     counts->databases);
}

// The text as a VALUE of a condition that means exactly this text.
std::string quoted_value(std::string_view text) {
  std::string value = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return value + '"';
}

// Instances of one cluster that run different versions.
Result<ReportSection> version_drift(const Services& services, const ReportPeriod&) {
  const auto rows = services[inventory].search("instance", "stat=online", State::online, 0);
  if (!rows) return fail(rows.error());
  std::map<std::string, std::map<std::string, std::int64_t>> versions;
  for_each_row(*rows, [&](const RowView& row) {
    if (row.text("cluster").empty() || row.text("version").empty()) return;
    ++versions[row.text("cluster")][row.text("version")];
  });
  ReportSection section{.title = "Clusters with different versions"};
  for (const auto& [cluster, counts] : versions) {
    if (counts.size() < 2) continue;
    std::string all;
    for (const auto& [version, count] : counts) {
      all += fmt::format("{}{} ({}x)", all.empty() ? "" : ", ", version, count);
    }
    add(section, {.text = short_line(fmt::format("{}: {}", cluster, all)),
                  .command = fmt::format("mega inventory search {}",
                                         shell_word("cluster=" + quoted_value(cluster)))});
  }
  return section;
}

bool changes_inventory(std::string_view function) {
  static const std::set<std::string_view> nouns{"server", "instance", "database", "owner",
                                                "business"};
  const auto bar = function.find('_');
  const std::string_view verb = function.substr(0, bar);
  return bar != function.npos && (verb == "add" || verb == "mod" || verb == "del") &&
         nouns.contains(function.substr(bar + 1));
}

Result<ReportSection> inventory_changes(const Services& services, const ReportPeriod& period) {
  const auto rows =
      services[audit_store].audit(AuditFilter{.since = period.since, .result = "done"});
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Changes of the inventory"};
  std::string last;  // one call may have several audit rows
  for_each_row(*rows, [&](const RowView& row) {
    if (!changes_inventory(row.text("function"))) return;
    std::string line =
        short_line(fmt::format("{} {} {}({})", format_local({row.number("time")}), row.text("who"),
                               row.text("function"), row.text("args")));
    if (line == last) return;
    last = line;
    add(section, {.text = std::move(line)});
  });
  if (!section.items.empty()) {
    section.items.push_back({.command = "mega server audit " + since_flag(period)});
  }
  return section;
}

Result<void> add_counts(const Services& services, Map& status) {
  const auto counts = services[inventory].counts();
  if (!counts) return fail(counts.error());
  status.set("servers", counts->servers);
  status.set("instances", counts->instances);
  status.set("databases", counts->databases);
  return {};
}

const Registered<StatusPart> status{{.name = "inventory", .rank = 20, .add = add_counts}};
const Registered<ReportIntro> intro{{.name = "inventory", .line = counted}};
const Registered<ReportPart> drift{{.name = "version drift", .rank = 40, .gather = version_drift}};
const Registered<ReportPart> changes{
    {.name = "inventory changes", .rank = 70, .gather = inventory_changes}};

}  // namespace
}  // namespace mega
