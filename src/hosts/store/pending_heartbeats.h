// Heartbeats that wait to be written. A site of 10,000 hosts sends 33 per second, and each would
// cost an fsync of its own, so they are written in batches every few seconds. A crash loses those
// of the last seconds; the next heartbeats replace them.
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

  // Queues a heartbeat. True: time to write all of them. The first one after a pause is due
  // at once.
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

  // Lock held while the result of take() is written, so that an older heartbeat never replaces a
  // newer one.
  std::mutex& writing() { return writing_; }

 private:
  std::mutex mutex_, writing_;
  std::map<std::string, PendingHeartbeat> by_name_;
  Moment written_{};
};

}  // namespace mega
