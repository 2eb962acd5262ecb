// What a daemon reports with a heartbeat, checked: the host is not trusted.
#pragma once

#include "base/result.h"
#include "hosts/store/host_model.h"
#include "value/value.h"

#include <optional>
#include <string>
#include <vector>

namespace mega {

// What was told of `facts` as one JSON object. Errors: invalid_argument when it is too long.
Result<std::string> reported_facts(const Map& facts);

// A list of maps, as the daemon's InstanceFinder makes it; None: it did not look. What it does not
// know of an instance may be missing. Errors: invalid_argument.
Result<std::optional<std::vector<ClientInstance>>> reported_instances(const Value& told);

}  // namespace mega
