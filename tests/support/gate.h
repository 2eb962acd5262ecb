// Gate: holds the functions of a test back until it is opened, for ten seconds at most, so that a
// failed test ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace mega {

class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace mega
