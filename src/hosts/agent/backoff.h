// How long to wait before a server is called again that could not be reached.
#pragma once

#include <chrono>
#include <cstdint>

namespace mega {

struct BackoffRules {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{60'000};
  std::chrono::milliseconds refused{300'000};  // by who does not let us in: it will not change soon
};

// Behind so many failures in a row, at least one: twice as long each time. `chance`, of 0 to 1,
// takes up to half of it away, so that a fleet that lost its server does not come back as one.
std::chrono::milliseconds backoff(int failures, bool refused, double chance,
                                  const BackoffRules& rules = {});

}  // namespace mega
