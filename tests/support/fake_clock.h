// A clock that stands still until the test moves it.
#pragma once

#include "base/clock.h"

namespace mega {

class FakeClock : public Clock {
 public:
  // Default: 2014-07-31 06:13:07 UTC.
  explicit FakeClock(Time now = Time{1406787187}) : now_(now) {}

  Time now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return steady_; }

  // Advances both clocks.
  void advance(std::chrono::seconds by) {
    now_.seconds += by.count();
    steady_ += by;
  }

  // Sets only the wall clock, as when an administrator sets it.
  void set(Time now) { now_ = now; }

 private:
  Time now_;
  std::chrono::steady_clock::time_point steady_{};
};

}  // namespace mega
