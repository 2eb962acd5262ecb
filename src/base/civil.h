// Calendar arithmetic without time zones: the Gregorian calendar, also before 1582.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mega {

struct Civil {
  std::int64_t year = 0;
  std::int64_t month = 1;  // from 1
  std::int64_t day = 1;    // from 1
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  friend auto operator<=>(const Civil&, const Civil&) = default;
};

constexpr std::int64_t seconds_per_day = 86'400;

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Seconds since 1970-01-01 00:00:00. Years begin in March here, so that the leap day is the last
// day of a year; 400 years have 146097 days.
constexpr std::int64_t seconds_of(const Civil& civil) {
  const std::int64_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (civil.month + 9) % 12;  // March is 0
  const std::int64_t day_of_year = (153 * month + 2) / 5 + civil.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  const std::int64_t days = era * 146'097 + day_of_era - 719'468;
  return days * seconds_per_day + civil.hour * 3600 + civil.minute * 60 + civil.second;
}

constexpr Civil civil_of(std::int64_t seconds) {
  const std::int64_t day = floor_divide(seconds, seconds_per_day);
  const std::int64_t second = seconds - day * seconds_per_day;
  const std::int64_t era = floor_divide(day + 719'468, 146'097);
  const std::int64_t day_of_era = day + 719'468 - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;  // March is 0
  return {.year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
          .month = month < 10 ? month + 3 : month - 9,
          .day = day_of_year - (153 * month + 2) / 5 + 1,
          .hour = second / 3600,
          .minute = second / 60 % 60,
          .second = second % 60};
}

constexpr bool is_leap(std::int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

constexpr std::int64_t days_in(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// 1 Monday to 7 Sunday. 1970-01-01 was a Thursday.
constexpr std::int64_t weekday_of(const Civil& civil) {
  const std::int64_t days = floor_divide(seconds_of(civil), seconds_per_day);
  return (days + 3) - floor_divide(days + 3, 7) * 7 + 1;
}

// Reads the parts of a text from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Reads exactly `digits` digits. False when there are fewer, or the number is not in [min, max].
  bool number(std::int64_t& out, std::size_t digits, std::int64_t min, std::int64_t max);

 private:
  std::string_view rest_;
};

bool scan_date(Scanner& scanner, Civil& civil);         // YYYY-mm-dd, an existing day
bool scan_time_of_day(Scanner& scanner, Civil& civil);  // HH:MM[:SS]

}  // namespace mega
