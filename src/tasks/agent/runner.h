// Runner: the tasks of this host, from the order to the outcome.
//
//   run() ─▶ waiting ─▶ journal ─▶ Execution ─▶ journal ─▶ the followers
//
// An id runs at most once. A repeated order for a task under way adds a follower; for a task that
// has ended it is answered from the journal. A task that ran when the daemon was killed is `lost`:
// its supervisor has ended its processes, and the next Runner kills those that are left.
//
// A slow follower never blocks a script: output is kept up to the limit in any case, and a follower
// with unsent bytes gets the rest later, or with the outcome.
//
// Not thread-safe: use it on its executor's thread.
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

// The callbacks of a caller that waits for a task. Called on the runner's thread; they must not
// call the runner.
struct TaskFollower {
  // Called when the task is known to wait, and when it starts. May be empty.
  std::function<void(const TaskStanding& standing)> stands{};
  // A piece of output, as the script writes it. False: the follower is gone. May be empty.
  std::function<bool(TaskStream stream, std::string_view bytes)> part{};
  // Bytes passed to part() and not sent yet. May be empty.
  std::function<std::size_t()> unsent{};
  // Called once. Errors: unavailable when the task was not started; the order may be sent again.
  std::function<void(Result<TaskOutcome>)> end;
};

// Options that no order from the server has; for callers of 2014.
struct RunManner {
  // Standard error goes to standard output, and sh runs a program that has no first line with #!.
  bool as_a_shell = false;
  std::optional<ScriptFolder> folder{};  // in place of the host's script folder
};

// One task that waits or runs.
struct TaskUnderWay {
  std::string id;
  std::string what;
  TaskState state = TaskState::waiting;
  Time since;  // start of that state
};

// The result of outcome().
struct TaskReport {
  TaskState state = TaskState::waiting;
  std::optional<TaskOutcome> outcome{};  // when it has ended
};

class Runner {
 public:
  // The journal must outlive the runner. Orders that it reports as interrupted end as lost.
  Runner(asio::any_io_executor executor, const Clock& clock, RunRules rules, ScriptFolder folder,
         Journal& journal);
  ~Runner();
  Runner(const Runner&) = delete;

  // Errors, with nothing started: not_found when the script is missing here or does not have the
  // order's digest; unavailable when too many tasks wait or the daemon stops. `end` is then not
  // called. All other failures are outcomes.
  Result<void> run(TaskOrder order, TaskFollower follower, RunManner manner = {});

  // Cancels a waiting task at once. Ends a running task with all processes that it has started; its
  // followers get the outcome afterwards. Does nothing to a task that has ended. Errors: not_found
  // when this host does not know the id or has forgotten it.
  Result<void> cancel(const std::string& id);

  // Errors: not_found; corrupt or failed when the journal cannot be read.
  Result<TaskReport> outcome(const std::string& id) const;

  // In the order of arrival.
  std::vector<TaskUnderWay> under_way() const;

  // Starts no more tasks and ends the running ones; calls `stopped` when none runs.
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
  std::unordered_map<std::string, std::unique_ptr<Task>> tasks_;  // waiting or running
  std::deque<std::string> waiting_;
  std::uint64_t numbered_ = 0;
  bool starting_ = false;  // start_waiting() is posted
  asio::steady_timer lagging_;
  bool lag_awaited_ = false;
  std::function<void()> stopped_;
  bool stopping_ = false;
  // false once destroyed, for callbacks
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace mega
