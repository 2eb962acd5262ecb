// TaskRun: one task under way, as a machine without threads, store or sockets.
//
// It is told what came, and tells what to note and, once that is noted, what to send:
//
//   waiting ──turn has come──▶ running ──the host's outcome──▶ ok, failed, timed_out, ...
//      │                          └──it must be over (task_deadline.h)──▶ lost
//      └──away, too late, cancelled, too many failures──▶ unreachable, expired, cancelled
//
// An order goes out with an id that the host's journal keeps, so that it runs at most once: when a
// connection ends before the outcome has come, or the server was started anew, the same order goes
// out again, and the host answers with what came or comes of it. A daemon of 2014 has no journal:
// what it was asked and did not answer is lost.
//
// A daemon that has said nothing of its order for a while is asked for the outcome: who is there
// answers at once. One that has not started it, and is given up, is told to forget it.
//
// A host that lacks the script, or has another version than the server, gets it and the order
// again.
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

// The current time, and which daemons are connected.
struct TaskMoment {
  Time time;
  std::chrono::steady_clock::time_point steady;
  int minute_of_day = 0;  // in the server's zone, for maintenance windows
  std::function<bool(const std::string& agent)> present;
  std::function<std::chrono::steady_clock::time_point(const std::string& agent)> away_since;
};

// What goes out to one host.
struct TaskSending {
  enum class What { run, outcome, cancel, dial, script, probe };
  What what = What::run;
  std::size_t position = 0;
};

struct TaskSteps {
  std::vector<TargetChange> changes;  // to be noted, before anything is sent
  std::vector<TaskSending> sendings;
};

class TaskRun {
 public:
  // As the store has it; what is running there was sent by a server before this one.
  TaskRun(ActiveTask task, const TaskPatience& patience, const TaskMoment& now);

  std::int64_t id() const { return task_.id; }
  const TaskOrder& order() const { return task_.order; }
  const TaskHost& host(std::size_t position) const { return targets_[position].host; }
  // The order for one host, with the id under which its journal keeps it.
  TaskOrder order_for(std::size_t position) const;

  void cancel() { task_.cancelled = true; }
  void look(const TaskMoment& moment, TaskSteps& steps);

  // What the daemon said of the order before its end.
  void hear_standing(std::size_t position, const TaskStanding& standing, const TaskMoment& moment);
  // It lives: it has answered a probe, or shown output.
  void hear_sign_of_life(std::size_t position, const TaskMoment& moment);
  // Nothing could be heard for a while: the server itself stood still.
  void was_deaf(const TaskMoment& moment);

  // The answer to run or outcome.
  void hear(std::size_t position, const Result<Value>& end, const TaskMoment& moment,
            TaskSteps& steps);
  // The answer to a script that was sent.
  void hear_of_script(std::size_t position, const Result<Value>& end, const TaskMoment& moment,
                      TaskSteps& steps);
  // What came of a call to a daemon of 2014.
  void end(std::size_t position, TaskOutcome outcome, TaskSteps& steps);

  bool has_ended() const { return open_ == 0; }
  TaskEnd how_it_ended() const;
  // Whether time alone can change something.
  bool waits() const { return waiting_ > 0 || uncertain_ > 0 || due_ != Steady::max(); }

 private:
  // How it stands between this server and a host that was sent its order.
  enum class Link { none, asked, uncertain };

  struct Target {
    TaskHost host;
    std::vector<Window> windows;
    TaskState state = TaskState::waiting;
    std::int64_t attempt = 1;
    Link link = Link::none;
    TaskDeadline deadline{};
    bool unsaved = false;        // what its daemon said of its limit is not noted
    bool asked_outcome = false;  // rather than run
    bool script_sent = false;    // once is enough
    bool cancel_sent = false;
    std::chrono::steady_clock::time_point since{};  // it is missed, or uncertain; 0: it is not
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

  ActiveTask task_;  // its targets stand in targets_
  TaskPatience patience_;
  std::vector<Target> targets_;
  std::size_t open_ = 0;        // have not ended
  std::size_t waiting_ = 0;     // of these
  std::size_t uncertain_ = 0;   // of those that are running
  bool stopped_ = false;        // too many have failed
  Steady due_ = Steady::max();  // when time alone changes something for one that runs
};

}  // namespace mega
