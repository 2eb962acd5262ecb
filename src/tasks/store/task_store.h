// Tasks, their targets, and the outcome of each target.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "sql/database.h"
#include "tasks/store/task_model.h"
#include "trust/author.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class TaskStore {
 public:
  explicit TaskStore(Database& database) : database_(database) {}

  // Newest first: id, state, what, hosts, running, ok, failed, unreachable, cancelled, created,
  // created_by, ended, expires, batch, per_cluster, failures_max, again_of. `state`: all, online
  // (not ended) or offline (ended).
  Result<Rows> tasks(State state, std::int64_t limit) const;
  Result<std::optional<Row>> task(std::int64_t id) const;
  // In the task's order: host, ip, agent, cluster, state, reason, exit_code, signal, output,
  // errors, output_cut, errors_cut, attempt, started, ended, cpu_ms, peak_memory_kib, later (of a
  // target that was given up, the outcome its daemon reported afterwards: a map of state, reason,
  // ..., reported).
  Result<Rows> task_targets(std::int64_t id) const;
  // A new task that repeats this one on the hosts where it did not end ok, or on all. Errors:
  // not_found; refused when there is no such host, or the task has not ended, or had an input,
  // which is not kept.
  Result<NewTask> task_again(std::int64_t id, bool all) const;
  Result<std::int64_t> add_task(const Author& author, const NewTask& task);
  // Records the wish to cancel; the task engine carries it out. False: the task has ended. Errors:
  // not_found.
  Result<bool> cancel_task(const Author& author, std::int64_t id);
  // For the task engine; at most one per store. Tasks with a higher id than `after`, oldest first.
  Result<std::vector<ActiveTask>> active_tasks(std::int64_t after = 0) const;
  Result<std::vector<std::int64_t>> cancelled_tasks() const;  // that have not ended
  // One transaction. A target that has ended keeps its end; the input of a task that has ended is
  // deleted.
  Result<void> note_targets(std::span<const TargetChange> changes,
                            std::span<const TaskEnding> endings);
  // Removes deleted inputs from the files of the store. False: try again later
  // (Connection::empty_log()).
  Result<bool> erase_inputs() { return database_.empty_log(); }
  // Targets that were given up and whose hosts may still know the outcome, oldest first.
  Result<std::vector<LateTarget>> late_targets() const;
  // Stores each outcome beside the target's end, which does not change. Keeps an earlier late
  // outcome.
  Result<void> note_late_outcomes(std::span<const LateOutcome> outcomes);
  // Hosts that have not ended, by position; at most `most`.
  Result<std::vector<TaskWaitedFor>> waited_for(std::int64_t task, std::size_t most) const;
  // Removes tasks that ended before that time; returns how many.
  Result<std::int64_t> forget_tasks(Time before);
  // A run as hosts of 2014 report it: task_log(task_id, start_time, end_time, stat, redo, comment).
  // `address` is that of the reporting host, which must be one of the task's hosts if the task is
  // known; empty: no check. Errors: not_allowed.
  Result<void> add_task_log(const Author& author, const TaskLogEntry& entry,
                            std::string_view address);
  Result<Rows> task_log(std::int64_t task, std::int64_t limit) const;  // newest first; 0: all tasks

 private:
  Database& database_;
};

}  // namespace mega
