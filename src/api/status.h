// The answer of server_status; each module adds its facts.
#pragma once

#include "api/services.h"
#include "base/result.h"
#include "value/value.h"

#include <functional>
#include <string_view>

namespace mega {

struct StatusPart {
  std::string_view name;
  int rank = 0;  // parts of a lower rank come first
  Result<void> (*add)(const Services& services, Map& status) = nullptr;
};

// The server process's facts about itself; a service.
struct ServerReport {
  std::function<Map()> facts;
};

}  // namespace mega
