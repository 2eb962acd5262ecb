// The daemons that are connected to this server, for the task engine. PeerAgents implements the
// interface on PeerService; tests replace it.
#pragma once

#include "base/result.h"
#include "net/serve.h"
#include "value/value.h"
#include "wire/envelope.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace mega {

// Thread-safe. The functions of an answer are called from any thread and must not block.
class Agents {
 public:
  virtual ~Agents() = default;
  virtual bool present(const std::string& name) const = 0;
  // For an absent agent: when it disconnected, or when this server began to record that.
  virtual std::chrono::steady_clock::time_point away_since(const std::string& name) const = 0;
  // Sends the request. The end is `unavailable` when the agent is absent, or disconnects before it
  // has answered.
  virtual void ask(const std::string& name, Envelope request, StreamedAnswer answer) = 0;
};

// serve() must be called before anything is asked; the service must outlive every call.
class PeerAgents : public Agents {
  using Steady = std::chrono::steady_clock;

 public:
  // Requires: nothing was asked yet.
  void serve(PeerService& service) { service_ = &service; }
  // Called by PeerService when an agent connects or disconnects.
  void note(const std::string& name, bool there) {
    const std::lock_guard lock(mutex_);
    if (there) {
      left_.erase(name);
    } else {
      left_[name] = Steady::now();
    }
  }

  bool present(const std::string& name) const override { return service_->present(name); }

  Steady::time_point away_since(const std::string& name) const override {
    const std::lock_guard lock(mutex_);
    const auto found = left_.find(name);
    return found == left_.end() ? start_ : found->second;
  }

  void ask(const std::string& name, Envelope request, StreamedAnswer answer) override {
    constexpr std::chrono::milliseconds as_long_as_it_lasts{0};
    service_->ask(name, std::move(request), std::move(answer), as_long_as_it_lasts);
  }

 private:
  PeerService* service_ = nullptr;
  const Steady::time_point start_ = Steady::now();
  mutable std::mutex mutex_;
  std::map<std::string, Steady::time_point> left_;  // bounded by the names that joined
};

}  // namespace mega
