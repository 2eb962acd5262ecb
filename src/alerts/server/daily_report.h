// The daily mail: what has changed, what is wrong, and the command that looks closer at each.
// Modules hand in their sections (api/report_section.h).
#pragma once

#include "alerts/format/report.h"
#include "alerts/server/alerts.h"
#include "api/services.h"
#include "base/settings.h"

#include <optional>

namespace mega {

// Minutes of the day at which it is sent; nullopt: never. Errors: invalid_argument.
Result<std::optional<int>> read_report_time(const Settings& settings);
const std::vector<std::string>& report_setting_names();

// The last 24 hours, and how things stand. Errors: those of the store.
Result<MailReport> gather_report(const Services& services, Time now);

// Leaves the mail of `now`'s day in the queue, once, whatever restarts. False: alert.to has no
// address for the kind "report", or the mail is there already.
Result<bool> send_daily_report(const Services& services, const Outbox& outbox, const Alerts& alerts,
                               const Author& author, Time now);

}  // namespace mega
