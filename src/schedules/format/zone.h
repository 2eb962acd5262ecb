// Zone: a time zone's offset from UTC at each moment, and conversion between moments
// and local time.
#pragma once

#include "base/civil.h"
#include "base/clock.h"

#include <cstdint>

namespace mega {

class Zone {
 public:
  virtual ~Zone() = default;
  // Seconds ahead of UTC, at most 27 hours either way.
  virtual std::int64_t offset_at(Time time) const = 0;
};

// The local time in the zone.
Civil civil_at(const Zone& zone, Time time);

// The moment of a local time. If the local time occurs twice: the first moment; if the clocks skip
// it: the end of the gap.
Time moment_of(const Zone& zone, const Civil& local);

}  // namespace mega
