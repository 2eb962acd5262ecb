// Time. Code that reads a clock takes a Clock&, so that a test can set the time.
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

// "2014-07-31 14:13:07" in the zone of the process (TZ, /etc/localtime). A time outside the years 0
// to 9999 is clamped to the first or last second of that range. Thread-safe and fast (about 100
// ns), as is format_iso().
std::string format_local(Time time);

// "2014-07-31T14:13:07+08:00", the same moment in the same zone, per ISO 8601. An offset with
// seconds (before 1972) is rounded down to the whole minute.
std::string format_iso(Time time);

// Parses either form, 'YYYY-mm-dd' and 'YYYY-mm-dd HH:MM'. An offset is "+08:00" or "Z"; without
// one the time is in the zone of the process, and a local time that occurs twice means the first.
// Errors: invalid_argument for any other text and for times that do not exist, including local
// times that the clocks skip.
Result<Time> parse_time(std::string_view text);

// Seconds by which the zone of the process is ahead of UTC at `time`. Thread-safe and fast, as
// above.
std::int64_t local_offset(Time time);

// Reads TZ or /etc/localtime again. Call it after the machine's zone has changed.
void reload_time_zone();

}  // namespace mega
