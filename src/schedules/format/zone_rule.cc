#include "schedules/format/zone_rule.h"

#include "base/text.h"

#include <cctype>

namespace mega {
namespace {

// Scans the parts of a rule: each method consumes a part and returns whether it was there.
class RuleScanner {
 public:
  explicit RuleScanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool name() {
    const bool in_brackets = skip('<');
    std::size_t size = 0;
    while (size < rest_.size() && is_of_name(rest_[size], in_brackets)) ++size;
    rest_.remove_prefix(size);
    return size >= 3 && (!in_brackets || skip('>'));
  }

  // One or more digits; a number of at most `max`.
  bool number(std::int64_t& out, std::int64_t max) {
    std::size_t size = 0;
    out = 0;
    while (size < rest_.size() && is_digit(rest_[size]) && out <= max) {
      out = out * 10 + (rest_[size++] - '0');
    }
    rest_.remove_prefix(size);
    return size > 0 && out <= max;
  }

  // [+|-]h[h][:mm[:ss]], in seconds.
  bool span(std::int64_t& out, std::int64_t hours_max) {
    const bool negative = skip('-');
    if (!negative) skip('+');
    std::int64_t hours = 0, minutes = 0, seconds = 0;
    if (!number(hours, hours_max)) return false;
    if (skip(':')) {
      if (!number(minutes, 59)) return false;
      if (skip(':') && !number(seconds, 59)) return false;
    }
    out = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
    return true;
  }

  bool day(DayOfYear& out) {
    using Kind = DayOfYear::Kind;
    if (skip('M')) {
      out.kind = Kind::weekday_of_month;
      if (!number(out.month, 12) || !skip('.') || !number(out.week, 5) || !skip('.') ||
          !number(out.weekday, 6) || out.month < 1 || out.week < 1) {
        return false;
      }
    } else if (skip('J')) {
      out.kind = Kind::without_leap_day;
      if (!number(out.day, 365) || out.day < 1) return false;
    } else {
      out.kind = Kind::from_zero;
      if (!number(out.day, 365)) return false;
    }
    return !skip('/') || span(out.second, 167);
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_of_name(char c, bool in_brackets) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (in_brackets && (is_digit(c) || c == '+' || c == '-'));
  }

  std::string_view rest_;
};

}  // namespace

std::int64_t DayOfYear::in_year(std::int64_t year) const {
  switch (kind) {
    case Kind::from_zero:
      return seconds_of({.year = year}) + day * seconds_per_day + second;
    case Kind::without_leap_day: {
      const std::int64_t leap_day = is_leap(year) && day >= 60 ? 1 : 0;  // 60 is the 1st of March
      return seconds_of({.year = year}) + (day - 1 + leap_day) * seconds_per_day + second;
    }
    case Kind::weekday_of_month:
      break;
  }
  const Civil first{.year = year, .month = month};
  const std::int64_t to_weekday = (weekday - weekday_of(first) % 7 + 7) % 7;
  std::int64_t date = 1 + to_weekday + (week - 1) * 7;
  if (date > days_in(year, month)) date -= 7;
  return seconds_of(first) + (date - 1) * seconds_per_day + second;
}

Result<ZoneRule> ZoneRule::parse(std::string_view text) {
  const auto wrong = [&] { return fail(Errc::corrupt, "{} is no rule of a zone", quoted(text)); };
  RuleScanner scanner(text);
  ZoneRule rule;
  std::int64_t west = 0;
  if (!scanner.name() || !scanner.span(west, 24)) return wrong();
  rule.standard_ = -west;
  if (scanner.at_end()) return rule;

  rule.has_summer_ = true;
  if (!scanner.name()) return wrong();
  rule.summer_ = rule.standard_ + 3600;
  if (!scanner.skip(',')) {
    if (!scanner.span(west, 24) || !scanner.skip(',')) return wrong();
    rule.summer_ = -west;
  }
  if (!scanner.day(rule.begin_) || !scanner.skip(',') || !scanner.day(rule.end_)) return wrong();
  if (!scanner.at_end()) return wrong();
  return rule;
}

std::int64_t ZoneRule::offset_at(Time time) const {
  if (!has_summer_) return standard_;
  const std::int64_t year = civil_of(time.seconds + standard_).year;
  // The time of a change is in the local time that is in force until then.
  const std::int64_t begin = begin_.in_year(year) - standard_;
  const std::int64_t end = end_.in_year(year) - summer_;
  const bool southern = end < begin;  // summer time spans the turn of the year
  const bool summer = southern ? time.seconds < end || time.seconds >= begin
                               : time.seconds >= begin && time.seconds < end;
  return summer ? summer_ : standard_;
}

}  // namespace mega
