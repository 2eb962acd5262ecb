// Adds silent daemons to the daily report, and raises the notice
//
//   daemon_silent    a host that has sent no heartbeat for alert.silent
#include "api/notices.h"
#include "api/report_section.h"
#include "hosts/store/host_store.h"
#include "value/row_view.h"

#include <algorithm>
#include <chrono>

namespace mega {
namespace {

const Service<HostStore> host_store{"hosts"};

constexpr std::int64_t silent_seconds = 15LL * 60;
constexpr std::int64_t forgotten_s = 7LL * 24 * 3600;  // silent longer: not reported

const Setting<std::chrono::milliseconds> silent{
    "alert.silent",
    std::chrono::seconds(900),
    "TIME",
    "After which a daemon without a heartbeat is told of",
    {.min = 60'000, .max = 7LL * 24 * 3600 * 1000, .flag_of = {"server"}}};

// The limit is three times the default heartbeat interval of five minutes.
Result<ReportSection> silent_daemons(const Services& services, const ReportPeriod& period) {
  const auto rows = services[host_store].clients();
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Daemons that are silent"};
  for_each_row(*rows, [&](const RowView& row) {
    const std::int64_t last = row.number("last_heartbeat");
    if (last > period.now.seconds - silent_seconds) return;
    add(section, {.text = short_line(fmt::format("{} ({}) since {}", row.text("name"),
                                                 row.text("ip"), format_local({last})))});
  });
  if (!section.items.empty())
    section.items.push_back({.command = "mega call get_all_client stat=2"});
  return section;
}

class SilentDaemons : public Watch {
 public:
  SilentDaemons(const HostStore& store, const Clock& clock, std::chrono::seconds after)
      : store_(store), clock_(clock), after_(after), start_(clock.now()) {}

  Result<void> look(ToldOnce& told) override {
    const std::int64_t now = clock_.now().seconds;
    const auto rows = store_.clients();
    if (!rows) return fail(rows.error());
    for_each_row(*rows, [&](const RowView& daemon) {
      const std::int64_t last = daemon.number("last_heartbeat");
      const bool forgotten = last < now - forgotten_s;
      if (forgotten || std::max(last, start_.seconds) > now - after_.count()) return;
      const std::string name = daemon.text("name");
      told.tell({.kind = "daemon_silent",
                 .topic = name,
                 .subject = fmt::format("{} is silent since {}", name, format_local({last})),
                 .text = fmt::format("The daemon of {} ({}) has sent no heartbeat since {}.", name,
                                     daemon.text("ip"), format_local({last})),
                 .command = fmt::format("mega call get_client {}", shell_word("name=" + name)),
                 .once = fmt::format("daemon_silent {} {}", name, last)});
    });
    return {};
  }

 private:
  const HostStore& store_;
  const Clock& clock_;
  const std::chrono::seconds after_;
  const Time start_;  // a host is not silent because the server was down
};

const Registered<ReportPart> part{{.name = "silent daemons", .rank = 10, .gather = silent_daemons}};

const Registered<Watcher> watcher{{
    .name = "silent daemons",
    .begin = [](const Services& services, const Clock& clock,
                const Settings& settings) -> std::unique_ptr<Watch> {
      return std::make_unique<SilentDaemons>(
          services[host_store], clock, std::chrono::ceil<std::chrono::seconds>(settings[silent]));
    },
}};

}  // namespace
}  // namespace mega
