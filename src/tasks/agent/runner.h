// Runner: the tasks of this host, from the order to the outcome.
//
//   run() ─▶ waiting ─▶ journal ─▶ Execution ─▶ journal ─▶ the followers
//
// An id runs at most once. Asked for again, it is followed when it is under way, and answered from
// the journal when it has ended. What was running when the daemon was killed is `lost`: its
// supervisor has ended it, and what that could not end is ended when the next Runner is made.
//
// A slow follower never holds a script up: output is kept anyway, as far as the limit goes, and
// whoever has bytes that are not sent gets the rest later, or with the outcome.
//
// Runs on the thread of its executor and is used there only.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "net/asio.h"
#include "tasks/agent/execution.h"
#include "tasks/agent/journal.h"
#include "tasks/agent/prepare.h"
#include "tasks/agent/run_rules.h"
#include "tasks/agent/script_folder.h"
#include "tasks/format/order.h"
#include "tasks/format/run_answer.h"

namespace mega {

enum class TaskStream { output, errors };

// Follows one task. Called on the runner's thread; must not call the runner.
struct TaskFollower {
  // Where it stands, as soon as that is known, and when it starts. May be empty.
  std::function<void(const TaskStanding& standing)> stands{};
  // A piece of the script's output, as it comes. False: the caller has gone. May be empty.
  std::function<bool(TaskStream stream, std::string_view bytes)> part{};
  // Bytes that were given to part() and are not sent. May be empty.
  std::function<std::size_t()> unsent{};
  // Once. Errors: unavailable when it was not started and may be asked for again.
  std::function<void(Result<TaskOutcome>)> end;
};

// What no order from the server asks for: how callers of 2014 want it.
struct RunManner {
  bool merged = false;                   // standard error goes where the output goes
  std::optional<ScriptFolder> folder{};  // in place of the host's
};

// One task that waits or runs.
struct TaskUnderWay {
  std::string id;
  std::string what;
  TaskState state = TaskState::waiting;
  Time since;  // of that state
};

// What outcome() tells.
struct TaskReport {
  TaskState state = TaskState::waiting;
  std::optional<TaskOutcome> outcome{};  // when it has ended
};

class Runner {
 public:
  // The journal must outlive it. What the journal says was interrupted is ended as lost.
  Runner(asio::any_io_executor executor, const Clock& clock, RunRules rules, ScriptFolder folder,
         Journal& journal);
  ~Runner();
  Runner(const Runner&) = delete;

  // Errors, with nothing started: not_found when the script is missing here or is not the one of
  // the order's digest; unavailable when too many wait or the daemon stops. `end` is not called
  // then. All other failures are outcomes.
  Result<void> run(TaskOrder order, TaskFollower follower, RunManner manner = {});

  // One that waits is cancelled at once; one that runs is ended with all that it has started, and
  // its followers get the outcome then. Errors: not_found when this host has not heard of it or has
  // forgotten it; nothing happens to one that has ended.
  Result<void> cancel(const std::string& id);

  // Errors: not_found; corrupt or failed when the journal cannot be read.
  Result<TaskReport> outcome(const std::string& id) const;

  // In the order in which they came.
  std::vector<TaskUnderWay> under_way() const;

  // Starts nothing more and ends what runs; `stopped` is called when nothing runs.
  void stop(std::function<void()> stopped);

  const ScriptFolder& folder() const { return folder_; }
  const RunRules& rules() const { return rules_; }

 private:
  struct Following;
  struct Task;

  void end_interrupted();
  void start_later();
  void start_waiting();
  void tell_waiting();
  Result<Prepared> prepare_as(const TaskOrder& order, const RunManner& manner) const;
  std::optional<Prepared> prepared(Task& task);
  void start(Task& task, const Prepared& prepared);
  void send_output(Task& task);
  void send_output_later();
  void ended(const std::string& id, TaskOutcome outcome);
  void answer(const std::string& id, const Result<TaskOutcome>& result);
  std::size_t running() const;

  const asio::any_io_executor executor_;
  const Clock& clock_;
  const RunRules rules_;
  const ScriptFolder folder_;
  Journal& journal_;
  std::unordered_map<std::string, std::unique_ptr<Task>> tasks_;  // that wait or run
  std::deque<std::string> waiting_;
  std::uint64_t numbered_ = 0;
  bool starting_ = false;  // start_waiting() is on its way
  asio::steady_timer lagging_;
  bool lag_awaited_ = false;
  std::function<void()> stopped_;
  bool stopping_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for what is on its way
};

}  // namespace mega
