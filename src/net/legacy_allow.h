// The setting legacy.allow, which servers and daemons have in common.
#pragma once

#include "base/settings.h"
#include "base/result.h"
#include "net/address_ranges.h"

namespace mega {

// Who may speak the legacy dialect here. Errors: invalid_argument, with the setting's name.
Result<AddressRanges> legacy_allow(const Settings& settings);

}  // namespace mega
