// A time zone: how far its clocks are ahead of UTC at each moment, and the moments at which they
// show a given time.
#pragma once

#include "base/civil.h"
#include "base/clock.h"

#include <cstdint>

namespace mega {

class Zone {
 public:
  virtual ~Zone() = default;
  // Seconds ahead of UTC, less than a day and three hours either way.
  virtual std::int64_t offset_at(Time time) const = 0;
};

// What the clocks of the zone show then.
Civil civil_at(const Zone& zone, Time time);

// The first moment at which the clocks of the zone have come to that date and time. Of an hour that
// they go through twice it is in the first; of an hour that they skip it is the end.
Time moment_of(const Zone& zone, const Civil& local);

}  // namespace mega
