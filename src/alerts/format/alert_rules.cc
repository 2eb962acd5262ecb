#include "alerts/format/alert_rules.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

constexpr std::array<std::string_view, 3> level_names{"info", "warning", "critical"};
constexpr std::int64_t day_seconds = 24LL * 3600;
constexpr int minutes_in_two_days = 2 * 24 * 60;

bool is_kind(std::string_view text) {
  return text == "*" || (!text.empty() && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         }));
}

Result<NoticeLevel> parse_level(std::string_view text) {
  const auto found = std::ranges::find(level_names, text);
  if (found == level_names.end()) {
    return fail(Errc::invalid_argument, "{} is no level: info, warning or critical", quoted(text));
  }
  return static_cast<NoticeLevel>(found - level_names.begin());
}

bool is_quiet(int minute, const QuietHours& quiet) {
  const bool begun = minute >= quiet.begin, going_on = minute < quiet.end;
  return quiet.begin > quiet.end ? begun || going_on : begun && going_on;
}

}  // namespace

Result<AlertRecipient> parse_alert_recipient(std::string_view text) {
  AlertRecipient recipient;
  std::string_view address = text;
  // A = before any @, < or quote ends the kind: the address a=b@x must be written <a=b@x>.
  const auto equals = text.find('=');
  if (equals < text.find_first_of("@<\"")) {
    const std::string_view which = trim(text.substr(0, equals));
    address = text.substr(equals + 1);
    const auto slash = which.find('/');
    recipient.kind = which.substr(0, slash);
    if (!is_kind(recipient.kind)) {
      return fail(Errc::invalid_argument, "{} is no kind of alert", quoted(recipient.kind));
    }
    if (slash != std::string_view::npos) {
      const auto level = parse_level(which.substr(slash + 1));
      if (!level) return fail(level.error());
      recipient.level = *level;
    }
  }
  auto parsed = parse_mail_address(address);
  if (!parsed) return fail(parsed.error());
  recipient.address = *std::move(parsed);
  return recipient;
}

std::vector<MailAddress> recipients_for(std::string_view kind, NoticeLevel level,
                                        const std::vector<AlertRecipient>& all) {
  std::vector<MailAddress> some;
  for (const AlertRecipient& each : all) {
    if ((each.kind != "*" && each.kind != kind) || level < each.level) continue;
    const bool known = std::ranges::any_of(
        some, [&](const MailAddress& other) { return other.address == each.address.address; });
    if (!known) some.push_back(each.address);
  }
  return some;
}

Result<int> parse_time_of_day(std::string_view text) {
  const auto parts = split(text, ':');
  const auto number = [](std::string_view digits) {
    return digits.empty() || digits.size() > 2 ? std::nullopt : parse_integer(digits);
  };
  const auto hour = number(parts[0]);
  const auto minute = parts.size() == 2 ? number(parts[1]) : std::nullopt;
  if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) {
    return fail(Errc::invalid_argument, "{} is no time of day: want HH:MM", quoted(text));
  }
  return static_cast<int>(*hour * 60 + *minute);
}

Result<std::optional<QuietHours>> parse_quiet_hours(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto dash = text.find('-');
  const auto begin = parse_time_of_day(text.substr(0, dash));
  const auto end = parse_time_of_day(dash == text.npos ? "" : text.substr(dash + 1));
  if (!begin || !end) {
    return fail(Errc::invalid_argument, "{} are no hours: want HH:MM-HH:MM", quoted(text));
  }
  return QuietHours{.begin = *begin, .end = *end};
}

int minute_of_day(Time time) {
  const std::int64_t second = (time.seconds + local_offset(time)) % day_seconds;
  return static_cast<int>((second + day_seconds) % day_seconds / 60);
}

Time after_quiet(Time now, const std::optional<QuietHours>& quiet) {
  if (!quiet || !is_quiet(minute_of_day(now), *quiet)) return now;
  // Goes from minute to minute, since the clocks may be changed before the hours end.
  Time time{now.seconds - (now.seconds + local_offset(now)) % 60};
  for (int i = 0; i < minutes_in_two_days && is_quiet(minute_of_day(time), *quiet); ++i) {
    time.seconds += 60;
  }
  return time;
}

Time same_time_yesterday(Time now) {
  const Time day_before{now.seconds - day_seconds};
  return {day_before.seconds + local_offset(now) - local_offset(day_before)};
}

}  // namespace mega
