// The settings that daemons get with the answer to each heartbeat; a service.
#pragma once

#include <chrono>

namespace mega {

struct HeartbeatSettings {
  std::chrono::seconds keepalive{300};  // until the next heartbeat
};

}  // namespace mega
