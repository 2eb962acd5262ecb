// Heartbeats on their way to the disk. A site of 10,000 hosts has 33 a second, and each would cost
// a sync of its own: they wait for one another, a few seconds at most, and those of the last moment
// before a crash are lost, which the next ones make good.
#pragma once

#include "hosts/store/host_model.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mega {

struct PendingHeartbeat {
  Heartbeat heartbeat;
  Time time;
};

class PendingHeartbeats {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds wait_max{5};

  // True: it is time to write them all. A heartbeat that comes after a pause is written at once.
  bool add(Heartbeat heartbeat, Time time, Moment now) {
    const std::lock_guard lock(mutex_);
    std::string name = heartbeat.name;
    by_name_.insert_or_assign(std::move(name), PendingHeartbeat{std::move(heartbeat), time});
    if (written_ != Moment{} && now - written_ < wait_max) return false;
    written_ = now;
    return true;
  }

  std::vector<PendingHeartbeat> take() {
    const std::lock_guard lock(mutex_);
    std::vector<PendingHeartbeat> all;
    all.reserve(by_name_.size());
    for (auto& [name, pending] : by_name_) all.push_back(std::move(pending));
    by_name_.clear();
    return all;
  }

  // Held while what take() gave is written: an older heartbeat never replaces a newer one.
  std::mutex& writing() { return writing_; }

 private:
  std::mutex mutex_, writing_;
  std::map<std::string, PendingHeartbeat> by_name_;
  Moment written_{};
};

}  // namespace mega
