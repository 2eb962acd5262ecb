// Rules for alerts, from the settings alert.*: recipients by kind and level, and quiet hours; pure.
//
//   alert.to = ["dba@example.org", "mail_failed=ops@example.org", "*/critical=oncall@example.org"]
//
//   entry := [KIND["/"LEVEL] "="] ADDRESS      KIND may be *; LEVEL and above
//
// An address alone gets all alerts.
#pragma once

#include "api/notices.h"
#include "base/clock.h"
#include "base/result.h"
#include "mail/format/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct AlertRecipient {
  std::string kind = "*";
  NoticeLevel level = NoticeLevel::info;  // and above
  MailAddress address;
};

// Errors: invalid_argument.
Result<AlertRecipient> parse_alert_recipient(std::string_view text);

// The recipients of an alert, without duplicates.
std::vector<MailAddress> recipients_for(std::string_view kind, NoticeLevel level,
                                        const std::vector<AlertRecipient>& all);

// Minutes of the day, from `begin` to before `end`; spans midnight when `begin` is after `end`.
struct QuietHours {
  int begin = 0, end = 0;
};

// "22:00-07:00"; empty: none. Errors: invalid_argument.
Result<std::optional<QuietHours>> parse_quiet_hours(std::string_view text);

// "HH:MM" as minutes of the day. Errors: invalid_argument.
Result<int> parse_time_of_day(std::string_view text);

// Minutes of the day in the time zone of the process.
int minute_of_day(Time time);

// The time to send an alert: now, or when the quiet hours end, by the clocks of the process's time
// zone, whatever changes of the clocks lie between.
Time after_quiet(Time now, const std::optional<QuietHours>& quiet);

// The same time of day on the day before: 23 to 25 hours ago where the clocks were changed.
Time same_time_yesterday(Time now);

}  // namespace mega
