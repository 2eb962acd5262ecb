// Finds the time zones that schedules name, in this host's /usr/share/zoneinfo.
#pragma once

#include "base/result.h"
#include "schedules/format/zone.h"

#include <memory>
#include <string>

namespace mega {

// An empty name is the zone of this process. Reads the file on each call, so that changes on the
// host take effect. Errors: invalid_argument for an unknown name; corrupt.
Result<std::shared_ptr<const Zone>> find_zone(const std::string& name);

}  // namespace mega
