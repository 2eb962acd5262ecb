// TaskEngine: drives the tasks that the store holds. docs/decisions/0007-tasks.md
//
// One thread owns all tasks under way. Other threads put events (a task was added, a daemon
// connected, a part of an output, an outcome) into its inbox. The thread takes all events, decides
// which hosts start, stores every step in one transaction, and then sends. So a task on a thousand
// hosts costs a few transactions and no threads, and an order is never sent before the store has
// it.
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
#include <set>
#include <thread>
#include <vector>

namespace mega {

struct TaskEngineOptions {
  TaskPatience patience;
  std::chrono::seconds keep{90 * 24 * 3600};  // how long ended tasks are kept
  int legacy_threads = 16;
};

class TaskEngine : public Tasks {
 public:
  // All references must outlive the engine.
  TaskEngine(TaskStore& store, const ScriptStore& scripts, const Clock& clock, Agents& agents,
             TaskEngineOptions options);
  ~TaskEngine() override { stop(); }
  TaskEngine(const TaskEngine&) = delete;

  // The ports of this server, which it never dials. Call it before start().
  void keep_off(std::set<std::int64_t> own_ports) { dialler_.keep_off(std::move(own_ports)); }
  // Starts the thread, which loads the tasks of the store. Call it once.
  void start();
  // Answers all watchers, stops sending, and joins. Scripts on hosts keep running. Calling it again
  // is safe.
  void stop();

  // Any thread:
  void look() override;
  void watch(TaskWatch watch) override;
  // A daemon connected or disconnected.
  void wake();

 private:
  using Steady = std::chrono::steady_clock::time_point;

  struct Active {
    Active(TaskRun task) : run(std::move(task)) {}
    TaskRun run;
    TaskFeed feed;
    bool ending = false;  // its end is in endings_
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
  void erase_inputs();
  void keep_late_outcomes();
  void took(const TargetChange& change);
  void ask_late();
  void send_all();
  void send(Active& active, const TaskSending& sending);
  void send_script(Active& active, std::size_t position);
  StreamedAnswer listener_for(std::int64_t task, std::size_t position);
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

  // Used by the engine's thread only.
  std::map<std::int64_t, Active> active_;
  std::int64_t newest_ = 0;  // id of the newest task that was loaded
  std::vector<TargetChange> changes_;
  std::vector<TaskEnding> endings_;
  bool input_rests_ = true;  // the log of the store may hold the input of a task that has ended
  std::vector<Outgoing> outgoing_;  // to send once the changes are stored
  LateOutcomes late_;
  bool late_known_ = false;                 // stored late targets are loaded
  bool late_news_ = false;                  // some daemons may be ready to ask
  std::vector<LateOutcome> late_outcomes_;  // to be stored
  Steady looked_{};                         // last heed_deafness()
  std::vector<Watcher> watchers_;
  Steady forgotten_{};
  bool failing_ = false;  // the last write to the store failed
  LegacyDialler dialler_;
  std::thread thread_;
};

}  // namespace mega
