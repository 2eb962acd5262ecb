// Time, passed in: what reads a clock takes a Clock&, so that tests own the time.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

// Seconds since 1970-01-01 00:00:00 UTC.
struct Time {
  std::int64_t seconds = 0;
  friend auto operator<=>(const Time&, const Time&) = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;                                      // wall time
  virtual std::chrono::steady_clock::time_point steady() const = 0;  // never goes back
};

// The machine's clocks. Lives as long as the program.
const Clock& system_clock();

// "2014-07-31 14:13:07" in the zone of the process (TZ, /etc/localtime). What lies outside of the
// years 0 to 9999 is shown as their first or last second. Thread-safe and fast (about a hundred
// nanoseconds), as format_iso() is.
std::string format_local(Time time);

// "2014-07-31T14:13:07+08:00", the same moment in the same zone, per ISO 8601. Zones whose offset
// had seconds in it (before 1972) are shown in the whole minute below.
std::string format_iso(Time time);

// Reads either form, and 'YYYY-mm-dd', 'YYYY-mm-dd HH:MM'; an offset is "+08:00" or "Z", and
// without one the zone of the process is meant. Of a time that the clocks go through twice the
// first is meant. Errors: invalid_argument for any other text and for times that do not exist,
// those that the clocks skip too.
Result<Time> parse_time(std::string_view text);

// Seconds that the zone of the process was ahead of UTC then. Thread-safe and fast, as above.
std::int64_t local_offset(Time time);

// Reads TZ or /etc/localtime anew: after the machine's zone changed.
void reload_time_zone();

}  // namespace mega
