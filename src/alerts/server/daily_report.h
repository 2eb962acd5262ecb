// The daily report: what has changed and what is wrong, each with the command that shows more.
// Modules register their sections (api/report_section.h).
#pragma once

#include "alerts/format/report.h"
#include "alerts/server/alerts.h"
#include "api/services.h"
#include "base/settings.h"

#include <optional>

namespace mega {

// The minute of the day at which the report is sent; nullopt: never. Errors: invalid_argument.
Result<std::optional<int>> read_report_time(const Settings& settings);

// A report on the time since the same time of the day before, and on the current state. Errors: those of the store.
Result<MailReport> gather_report(const Services& services, Time now);

// Adds the report of the day of `now` to the mail queue, once a day, also across restarts. False:
// alert.to has no address for the kind "report", or the report was added before.
Result<bool> send_daily_report(const Services& services, const Outbox& outbox, const Alerts& alerts,
                               const Author& author, Time now);

}  // namespace mega
