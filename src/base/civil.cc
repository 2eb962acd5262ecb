#include "base/civil.h"

namespace mega {

bool Scanner::number(std::int64_t& out, std::size_t digits, std::int64_t min, std::int64_t max) {
  if (rest_.size() < digits) return false;
  std::int64_t value = 0;
  for (const char c : rest_.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  rest_.remove_prefix(digits);
  out = value;
  return value >= min && value <= max;
}

bool scan_date(Scanner& scanner, Civil& civil) {
  return scanner.number(civil.year, 4, 0, 9999) && scanner.skip('-') &&
         scanner.number(civil.month, 2, 1, 12) && scanner.skip('-') &&
         scanner.number(civil.day, 2, 1, days_in(civil.year, civil.month));
}

bool scan_time_of_day(Scanner& scanner, Civil& civil) {
  if (!scanner.number(civil.hour, 2, 0, 23) || !scanner.skip(':')) return false;
  if (!scanner.number(civil.minute, 2, 0, 59)) return false;
  return !scanner.skip(':') || scanner.number(civil.second, 2, 0, 59);
}

}  // namespace mega
