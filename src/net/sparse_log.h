// SparseLog: lets one line through in a while, and counts what it held back. What any peer can
// cause as often as it likes is logged through one, so that it cannot fill the disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mega {

// Not thread-safe.
class SparseLog {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // `burst` lines at once, then one each `period`.
  SparseLog(int burst, std::chrono::milliseconds period)
      : burst_(burst), tokens_(burst), period_(period) {}

  // How many lines were held back since the last one, when a line may be written now; else nullopt.
  std::optional<std::int64_t> pass(Moment now);

 private:
  int burst_;
  int tokens_;
  std::chrono::milliseconds period_;
  Moment refilled_{};
  std::int64_t held_back_ = 0;
};

}  // namespace mega
