// Keepalive: decides when to ping a silent peer and when to give it up.
#pragma once

#include "base/settings.h"

#include <chrono>

namespace mega {

// The setting keepalive_probe: the silence before the first ping; 0: never.
std::chrono::milliseconds keepalive_probe(const Settings& settings);

// Not thread-safe; owns no timer: its user must call due() periodically.
class Keepalive {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Moment last_heard() const { return heard_; }

  enum class Due { nothing, ping, end };

  // Call when bytes were received.
  void heard(Moment now) {
    heard_ = now;
    pings_ = 0;
  }

  // The action due after the silence until now. Each of two pings is due once; `end` is due one
  // `probe` after the second ping if no byte has come. `probe` must not be zero.
  Due due(Moment now, std::chrono::milliseconds probe);

  // When the result of due() changes next.
  Moment next(std::chrono::milliseconds probe) const { return heard_ + probe * (pings_ + 1); }

 private:
  Moment heard_{};
  int pings_ = 0;  // since heard_
};

}  // namespace mega
