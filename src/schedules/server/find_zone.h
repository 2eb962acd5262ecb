// The time zones that schedules may name: those of this host's /usr/share/zoneinfo.
#pragma once

#include "base/result.h"
#include "schedules/format/zone.h"

#include <memory>
#include <string>

namespace mega {

// Empty: the zone of this process. Reads the file anew each time, so that what changed on the host
// counts. Errors: invalid_argument for a name that there is not; corrupt.
Result<std::shared_ptr<const Zone>> find_zone(const std::string& name);

}  // namespace mega
