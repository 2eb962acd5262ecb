// Threads that talk to daemons of 2014: a few, because each call blocks one until its script has
// ended. The first is started with the first call.
#pragma once

#include "base/clock.h"
#include "net/workers.h"
#include "tasks/store/task_model.h"

#include <atomic>
#include <functional>
#include <memory>

namespace mega {

// One thread at a time.
class LegacyDialler {
 public:
  LegacyDialler(const Clock& clock, int threads) : clock_(clock), threads_(threads) {}
  ~LegacyDialler() { stop(); }

  // `ended` is called on a thread of its own.
  void dial(TaskHost host, TaskOrder order, std::function<void(TaskOutcome)> ended);
  // What is under way ends at once, as lost, and does not call `ended` any more.
  void stop();

 private:
  const Clock& clock_;
  const int threads_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<Workers> workers_;
};

}  // namespace mega
