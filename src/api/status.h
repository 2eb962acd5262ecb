// What server_status answers: each module adds its facts.
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

// What the server's process tells about itself; a service.
struct ServerReport {
  std::function<Map()> facts;
};

}  // namespace mega
