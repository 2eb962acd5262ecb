// The daily mail: what has changed, what is wrong, and the command that looks closer at each.
#pragma once

#include "base/settings.h"
#include "alerts/format/report.h"
#include "alerts/server/alerts.h"
#include "sql/database.h"

#include <optional>

namespace mega {

// Minutes of the day at which it is sent; nullopt: never. Errors: invalid_argument.
Result<std::optional<int>> read_report_time(const Settings& settings);
const std::vector<std::string>& report_setting_names();

// The last 24 hours, and how things stand. Errors: those of the store.
Result<MailReport> gather_report(const Store& store, Time now);

// Leaves the mail of `now`'s day in the queue, once, whatever restarts. False: nobody wants it
// (alert.to has nobody for the kind "report"), or it is there already.
Result<bool> send_daily_report(const Store& store, const Outbox& outbox, const Alerts& alerts,
                               const Author& author, Time now);

}  // namespace mega
