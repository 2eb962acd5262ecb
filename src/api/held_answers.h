// HeldAnswers: sends answers later, for callers that have used up their share (write_shares.h). A
// held answer occupies no worker.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace mega {

// Thread-safe. The thread is started with the first answer.
class HeldAnswers {
 public:
  HeldAnswers() = default;
  ~HeldAnswers() { stop(); }
  HeldAnswers(const HeldAnswers&) = delete;

  // Calls `send` once, on the thread of this object, when `hold` is over; or at once, when stop()
  // was called. `send` must not block.
  void hold(std::chrono::milliseconds hold, std::function<void()> send);

  // Sends all held answers, and joins. Calling it again is safe.
  void stop();

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void send_due();

  std::mutex mutex_;
  std::condition_variable news_;
  std::multimap<Moment, std::function<void()>> held_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mega
