// Keepalive: when to ask a silent peer whether it is there, and when to give it up.
#pragma once

#include "base/settings.h"

#include <chrono>

namespace mega {

// What the setting keepalive_probe says: the silence before a peer is asked; 0: never.
std::chrono::milliseconds keepalive_probe(const Settings& settings);

// Not thread-safe; owns no timer: its owner polls it.
class Keepalive {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Moment last_heard() const { return heard_; }

  enum class Due { nothing, ping, end };

  // Bytes have come.
  void heard(Moment now) {
    heard_ = now;
    pings_ = 0;
  }

  // What the silence until now calls for. Each of two pings is due once; a peer that has left both
  // without a byte is given up as long again behind the second. `probe` is not zero.
  Due due(Moment now, std::chrono::milliseconds probe);

  // When due() will say something else.
  Moment next(std::chrono::milliseconds probe) const { return heard_ + probe * (pings_ + 1); }

 private:
  Moment heard_{};
  int pings_ = 0;  // since then
};

}  // namespace mega
