// TaskEngine: drives the tasks that the store holds. docs/decisions/0007-tasks.md
//
// One thread owns all tasks under way. What it hears (a task was added, a daemon came, a part of an
// output, an outcome) is put into its inbox by whoever knows; it takes all that is there, looks
// whose turn it is, notes every step in one transaction, and sends what may be sent then. So a
// thousand hosts cost a few transactions and no threads, and an order never goes out before the
// store knows of it.
#pragma once

#include "base/clock.h"
#include "hosts/server/agents.h"
#include "sql/database.h"
#include "tasks/server/late_outcomes.h"
#include "tasks/server/legacy_daemon.h"
#include "tasks/server/task_feed.h"
#include "tasks/server/task_inbox.h"
#include "tasks/server/task_run.h"
#include "tasks/server/tasks.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"

#include <cstdint>
#include <map>
#include <thread>
#include <vector>

namespace mega {

struct TaskEngineOptions {
  TaskPatience patience;
  std::chrono::seconds keep{90 * 24 * 3600};  // tasks that have ended
  int legacy_threads = 16;
};

class TaskEngine : public Tasks {
 public:
  // All must outlive it.
  TaskEngine(TaskStore& store, const ScriptStore& scripts, const Clock& clock, Agents& agents,
             TaskEngineOptions options);
  ~TaskEngine() override { stop(); }
  TaskEngine(const TaskEngine&) = delete;

  // Takes up what the store holds. Once.
  void start();
  // Answers all who watch, sends nothing more, and joins. What runs on hosts goes on there. Again
  // it does nothing.
  void stop();

  // Any thread:
  void look() override;
  void watch(TaskWatch watch) override;
  // A daemon came or went.
  void wake();

 private:
  using Steady = std::chrono::steady_clock::time_point;

  struct Active {
    Active(TaskRun task) : run(std::move(task)) {}
    TaskRun run;
    TaskFeed feed;
    bool ending = false;  // its end is among the endings
  };
  struct Watcher {
    TaskWatch watch;
    Steady until;
  };
  struct Outgoing {
    std::int64_t task;
    TaskSending sending;
  };

  void run();
  TaskMoment moment() const;
  void load();
  void load_late();
  void heed_deafness();
  void look_at_all();
  void collect(std::int64_t task, TaskSteps steps);
  bool keep_steps();
  void keep_late_outcomes();
  void took(const TargetChange& change);
  void ask_late();
  void send_all();
  void send(Active& active, const TaskSending& sending);
  void send_script(Active& active, std::size_t position);
  AgentListener listener_for(std::int64_t task, std::size_t position);
  void take_part(std::int64_t task, std::size_t position, const Value& part);
  void take_end(std::int64_t task, std::size_t position, const Result<Value>& end);
  void take_late(std::int64_t task, std::size_t position, const Result<Value>& end);
  void take_probe(std::int64_t task, std::size_t position, const Result<Value>& end);
  void take_script_end(std::int64_t task, std::size_t position, const Result<Value>& end);
  void take_legacy_end(std::int64_t task, std::size_t position, TaskOutcome outcome);
  void answer_watchers(bool all);
  void forget_old();
  bool waits() const;

  TaskStore& store_;
  const ScriptStore& scripts_;
  const Clock& clock_;
  Agents& agents_;
  const TaskEngineOptions options_;

  TaskInbox inbox_;

  // The thread's own.
  std::map<std::int64_t, Active> active_;
  std::int64_t newest_ = 0;  // id of the newest task that was loaded
  std::vector<TargetChange> changes_;
  std::vector<TaskEnding> endings_;
  std::vector<Outgoing> outgoing_;  // once the changes are noted
  LateOutcomes late_;
  bool late_known_ = false;                 // those of servers before this one
  bool late_news_ = false;                  // some may be asked
  std::vector<LateOutcome> late_outcomes_;  // to be noted
  Steady looked_{};                         // when it was last looked at all
  std::vector<Watcher> watchers_;
  Steady forgotten_{};
  bool failing_ = false;  // the store does not take the changes
  LegacyDialler dialler_;
  std::thread thread_;
};

}  // namespace mega
