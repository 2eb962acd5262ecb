// Validates the data in a heartbeat, which comes from an untrusted host.
#pragma once

#include "base/result.h"
#include "hosts/store/host_model.h"
#include "value/value.h"

#include <optional>
#include <string>
#include <vector>

namespace mega {

// The reported facts as one JSON object. Errors: invalid_argument when it is too long.
Result<std::string> reported_facts(const Map& facts);

// Parses a list of maps, as InstanceFinder of the daemon makes it. nullopt for None: the daemon did
// not look. Unknown fields of an instance may be missing. Errors: invalid_argument.
Result<std::optional<std::vector<ClientInstance>>> reported_instances(const Value& told);

}  // namespace mega
