#include "alerts/server/daily_report.h"

#include "base/text.h"
#include "value/row_view.h"

#include <algorithm>
#include <map>
#include <set>

namespace mega {
namespace {

constexpr std::int64_t day_seconds = 24LL * 3600;
constexpr std::int64_t certificate_warning_seconds = 14 * day_seconds;
constexpr std::int64_t silent_seconds = 15LL * 60;
constexpr std::int64_t tasks_max = 1000;  // to look through
constexpr std::size_t items_max = 20;
constexpr std::size_t item_bytes_max = 200;

const Setting<std::string> report_time{
    "report.time", "", "HH:MM",
    "When the daily report is sent to alert.to (kind report); empty: never"};

std::string short_line(const std::string& text) {
  std::string line = one_line(text);
  if (line.size() <= item_bytes_max) return line;
  std::size_t end = item_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
  return line.substr(0, end) + "...";
}

void add(ReportSection& section, ReportItem item) {
  if (section.items.size() < items_max)
    section.items.push_back(std::move(item));
  else
    ++section.more;
}

std::string since_flag(Time since) { return fmt::format("--since '{}'", format_local(since)); }

bool changes_inventory(std::string_view function) {
  static const std::set<std::string_view> nouns{"server", "instance", "database", "owner",
                                                "business"};
  const auto bar = function.find('_');
  const std::string_view verb = function.substr(0, bar);
  return bar != function.npos && (verb == "add" || verb == "mod" || verb == "del") &&
         nouns.contains(function.substr(bar + 1));
}

Result<ReportSection> inventory_changes(const Store& store, Time since) {
  const auto rows = store.audit(AuditFilter{.since = since, .result = "done"});
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Changes of the inventory"};
  std::string last;  // a call that changes two things has two rows
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
    section.items.push_back({.command = "mega server audit " + since_flag(since)});
  }
  return section;
}

Result<ReportSection> refusals(const Store& store, Time since) {
  const auto rows = store.audit(AuditFilter{.since = since, .refused = true});
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
    section.items.push_back({.command = "mega server audit --refused " + since_flag(since)});
  }
  return section;
}

Result<ReportSection> broken_mail(const Store& store, Time since) {
  const auto rows = store.mails(State::all, 0);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Mail that did not arrive"};
  for_each_row(*rows, [&](const RowView& row) {
    const std::string state = row.text("state");
    const bool failed = state == "failed" && row.number("ended") >= since.seconds;
    if (!failed && state != "doubtful") return;
    add(section, {.text = short_line(fmt::format("{} {} to {}: {}: {}", row.number("id"), state,
                                                 row.text("recipient"), row.text("subject"),
                                                 row.text("words"))),
                  .command = fmt::format("mega mail --retry {}", row.number("id"))});
  });
  return section;
}

Result<ReportSection> ending_certificates(const Store& store, Time now) {
  const auto rows = store.certificates(State::online, 0);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Certificates that end soon: hosts that were silent for long"};
  for_each_row(*rows, [&](const RowView& row) {
    if (row.number("until") > now.seconds + certificate_warning_seconds) return;
    add(section, {.text = fmt::format("{} ({}) until {}", row.text("name"), row.text("role"),
                                      format_local({row.number("until")}))});
  });
  if (!section.items.empty()) section.items.push_back({.command = "mega server clients"});
  return section;
}

// A daemon reports every five minutes unless it is told otherwise.
Result<ReportSection> silent_daemons(const Store& store, Time now) {
  const auto rows = store.clients();
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Daemons that are silent"};
  for_each_row(*rows, [&](const RowView& row) {
    const std::int64_t last = row.number("last_heartbeat");
    if (last > now.seconds - silent_seconds) return;
    add(section, {.text = short_line(fmt::format("{} ({}) since {}", row.text("name"),
                                                 row.text("ip"), format_local({last})))});
  });
  if (!section.items.empty())
    section.items.push_back({.command = "mega call get_all_client stat=2"});
  return section;
}

Result<ReportSection> failed_tasks(const Store& store, Time since) {
  const auto rows = store.tasks(State::offline, tasks_max);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Tasks that did not end well everywhere"};
  for_each_row(*rows, [&](const RowView& row) {
    if (row.number("ended") < since.seconds) return;
    const std::int64_t bad = row.number("failed") + row.number("unreachable");
    if (bad == 0) return;
    add(section,
        {.text = short_line(fmt::format("{} {}: not ok on {} of {} hosts", row.number("id"),
                                        row.text("what"), bad, row.number("hosts"))),
         .command = fmt::format("mega call get_task_targets task_id={}", row.number("id"))});
  });
  return section;
}

// Instances of one cluster that run different versions.
Result<ReportSection> version_drift(const Store& store) {
  const auto rows = store.search("instance", "stat=online", State::online, 0);
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
                  .command = fmt::format("mega call search instance \"cluster='{}'\"", cluster)});
  }
  return section;
}

}  // namespace

Result<std::optional<int>> read_report_time(const Settings& settings) {
  const std::string text = settings[report_time];
  if (text.empty()) return std::nullopt;
  const auto minute = parse_time_of_day(text);
  if (!minute) return fail(Errc::invalid_argument, "report.time: {}", minute.error().message);
  return *minute;
}

const std::vector<std::string>& report_setting_names() {
  static const std::vector<std::string> names{"report.time"};
  return names;
}

Result<MailReport> gather_report(const Store& store, Time now) {
  const Time since{now.seconds - day_seconds};
  const auto facts = store.facts();
  if (!facts) return fail(facts.error());
  MailReport report{.title = fmt::format("mega report of {}", format_local(now).substr(0, 10)),
                    .intro = fmt::format("{} servers, {} instances, {} databases.", facts->servers,
                                         facts->instances, facts->databases)};
  for (auto&& section :
       {silent_daemons(store, now), failed_tasks(store, since), broken_mail(store, since),
        version_drift(store), ending_certificates(store, now), refusals(store, since),
        inventory_changes(store, since)}) {
    if (!section) return fail(section.error());
    if (!section->items.empty()) report.sections.push_back(*section);
  }
  if (report.sections.empty())
    report.intro += "\nNothing changed and nothing failed since yesterday.";
  return report;
}

Result<bool> send_daily_report(const Store& store, const Outbox& outbox, const Alerts& alerts,
                               const Author& author, Time now) {
  auto to = alerts.recipients("report", AlertLevel::info);
  if (to.empty()) return false;
  const auto report = gather_report(store, now);
  if (!report) return fail(report.error());
  Message message{.to = std::move(to),
                  .subject = report->title,
                  .text = report_text(*report),
                  .html = report_html(*report)};
  const auto id =
      outbox.post(author, std::move(message), {.kind = "report", .once = report->title});
  if (id) return true;
  if (id.error().code == Errc::already_exists) return false;
  return fail(id.error());
}

}  // namespace mega
