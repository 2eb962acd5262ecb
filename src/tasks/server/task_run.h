// TaskRun: one task under way, as a state machine without threads, store or sockets.
//
// Its methods take events and return the changes to store and, once these are stored, the messages
// to send:
//
//   waiting ──turn has come──▶ running ──the host's outcome──▶ ok, failed, timed_out, ...
//      │                          └──deadline passed (task_deadline.h)──▶ lost
//      └──away, too late, cancelled, too many failures──▶ unreachable, expired, cancelled
//
// The host's journal keeps the order's id, so that the order runs at most once: when a connection
// ends before the outcome has come, or the server is restarted, the server sends the same order
// again, and the host answers with the outcome. A daemon of 2014 has no journal: an order that it
// did not answer is lost.
//
// A daemon that is silent about its order is probed with "outcome", which a live daemon answers at
// once. If it has not started the order when the target is given up, it is told to cancel it.
//
// A host that lacks the script, or has another version than the server, is sent the script and then
// the order again.
#pragma once

#include "base/clock.h"
#include "tasks/format/run_answer.h"
#include "tasks/server/task_deadline.h"
#include "tasks/store/task_model.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mega {

// The current time and the presence of agents.
struct TaskMoment {
  Time time;
  std::chrono::steady_clock::time_point steady;
  int minute_of_day = 0;  // in the server's zone, for maintenance windows
  std::function<bool(const std::string& agent)> present;
  std::function<std::chrono::steady_clock::time_point(const std::string& agent)> away_since;
};

// A message to one host.
struct TaskSending {
  enum class What { run, outcome, cancel, dial, script, probe };
  What what = What::run;
  std::size_t position = 0;
};

struct TaskSteps {
  std::vector<TargetChange> changes;  // to store before anything is sent
  std::vector<TaskSending> sendings;
};

class TaskRun {
 public:
  // A task as loaded from the store; an earlier server process has sent its running orders.
  TaskRun(ActiveTask task, const TaskPatience& patience, const TaskMoment& now);

  std::int64_t id() const { return task_.id; }
  const TaskOrder& order() const { return task_.order; }
  const TaskHost& host(std::size_t position) const { return targets_[position].host; }
  // The order for one host, with its id.
  TaskOrder order_for(std::size_t position) const;

  void cancel() { task_.cancelled = true; }
  void look(const TaskMoment& moment, TaskSteps& steps);

  // The daemon reported the order's standing.
  void hear_standing(std::size_t position, const TaskStanding& standing, const TaskMoment& moment);
  // The daemon answered a probe, or sent output.
  void hear_sign_of_life(std::size_t position, const TaskMoment& moment);
  // The server itself could not receive anything for a while.
  void was_deaf(const TaskMoment& moment);

  // The answer to "run" or "outcome".
  void hear(std::size_t position, const Result<Value>& end, const TaskMoment& moment,
            TaskSteps& steps);
  // The answer to "put_script".
  void hear_of_script(std::size_t position, const Result<Value>& end, const TaskMoment& moment,
                      TaskSteps& steps);
  // The outcome of a call to a daemon of 2014.
  void end(std::size_t position, TaskOutcome outcome, TaskSteps& steps);

  bool has_ended() const { return open_ == 0; }
  TaskEnd how_it_ended() const;
  // Whether the passage of time alone can change something.
  bool waits() const { return waiting_ > 0 || uncertain_ > 0 || due_ != Steady::max(); }

 private:
  // The exchange with the host: none; an answer is pending; the connection or the answer was lost.
  enum class Link { none, asked, uncertain };

  struct Target {
    TaskHost host;
    std::vector<Window> windows;
    TaskState state = TaskState::waiting;
    std::int64_t attempt = 1;
    Link link = Link::none;
    TaskDeadline deadline{};
    bool unsaved = false;        // the limit its daemon reported is not stored yet
    bool asked_outcome = false;  // asked for "outcome", not "run"
    bool script_sent = false;    // sent at most once
    bool cancel_sent = false;
    std::chrono::steady_clock::time_point since{};  // missing or uncertain since; 0: neither
    std::chrono::steady_clock::time_point next{};   // not asked again before
  };

  using Steady = std::chrono::steady_clock::time_point;

  void look_at_running(const TaskMoment& moment, TaskSteps& steps);
  void look_at_sent(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  void ask_again(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  void give_up(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  void note_limit(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  std::string whereabouts(const Target& target, const TaskMoment& moment) const;
  void cancel_waiting(const std::string& reason, TaskSteps& steps);
  void expire(const TaskMoment& moment, TaskSteps& steps);
  void take_turns(const TaskMoment& moment, TaskSteps& steps);
  void start(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  void expect_answer(Target& target, Steady now);
  void miss(std::size_t position, const TaskMoment& moment, TaskSteps& steps);
  void become_uncertain(Target& target, Steady now, Steady next);
  void end(std::size_t position, TaskState state, std::string reason, TaskSteps& steps);

  ActiveTask task_;  // without its targets, which are in targets_
  TaskPatience patience_;
  std::vector<Target> targets_;
  std::size_t open_ = 0;        // targets that have not ended
  std::size_t waiting_ = 0;     // of these, not started
  std::size_t uncertain_ = 0;   // running targets whose link is uncertain
  bool stopped_ = false;        // too many targets have failed
  Steady due_ = Steady::max();  // next deadline of a running target
};

}  // namespace mega
