#include "alerts/server/daily_report.h"

#include "api/report_section.h"

#include <algorithm>

namespace mega {
namespace {

const Setting<std::string> report_time{
    "report.time",
    "",
    "HH:MM",
    "When the daily report is sent to alert.to (kind report); empty: never",
    {.flag_of = {"server"}}};

}  // namespace

Result<std::optional<int>> read_report_time(const Settings& settings) {
  const std::string text = settings[report_time];
  if (text.empty()) return std::nullopt;
  const auto minute = parse_time_of_day(text);
  if (!minute) return fail(Errc::invalid_argument, "report.time: {}", minute.error().message);
  return *minute;
}

Result<MailReport> gather_report(const Services& services, Time now) {
  MailReport report{.title = fmt::format("mega report of {}", format_local(now).substr(0, 10))};
  for (const ReportIntro* intro : Registered<ReportIntro>::all()) {
    const auto line = intro->line(services);
    if (!line) return fail(line.error());
    report.intro += (report.intro.empty() ? "" : "\n") + *line;
  }
  auto parts = Registered<ReportPart>::all();
  std::ranges::stable_sort(parts, {}, &ReportPart::rank);
  for (const ReportPart* part : parts) {
    auto section = part->gather(services, {same_time_yesterday(now), now});
    if (!section) return fail(section.error());
    if (!section->items.empty()) report.sections.push_back(*std::move(section));
  }
  if (report.sections.empty()) {
    report.intro += "\nNothing changed and nothing failed since yesterday.";
  }
  return report;
}

Result<bool> send_daily_report(const Services& services, const Outbox& outbox, const Alerts& alerts,
                               const Author& author, Time now) {
  auto to = alerts.recipients("report", NoticeLevel::info);
  if (to.empty()) return false;
  const auto report = gather_report(services, now);
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
