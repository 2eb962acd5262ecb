// A daemon of 2014, asked from a thread that has nothing else to do: its port is dialled, it runs
// one script with one argument and answers (wait status, output) when that has ended.
//
// Threads that talk to daemons of 2014: a few, because each call blocks one until its script has
// ended. The first is started with the first call.
#pragma once

#include "base/clock.h"
#include "net/workers.h"
#include "tasks/store/task_model.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace mega {

// Whether a daemon of 2014 can run it. Errors: refused, saying what it has not.
Result<void> check_for_legacy(const TaskOrder& order);

// Blocks until the script has ended, its time is over, or `stop` is set: then the outcome is lost.
TaskOutcome run_on_legacy_daemon(const TaskHost& host, const TaskOrder& order, const Clock& clock,
                                 const std::atomic<bool>& stop);

// What its answer says. `payload`: "(768, 'out')", "-1".
TaskOutcome outcome_of_legacy_answer(const std::string& payload);

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
