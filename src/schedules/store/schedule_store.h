// ScheduleStore: schedules, and the outcome of each due time.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "schedules/store/schedule_model.h"
#include "sql/database.h"
#include "trust/author.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

class ScheduleStore {
 public:
  explicit ScheduleStore(Database& database) : database_(database) {}

  // By id: id, function, args (masked), type, target, time, cycle, zone, catch_up, overlap, owner,
  // door, role, address, stat, state (active, paused, done), next_due, created, last_due,
  // last_state, last_ended, last_result, task_id, missed, failed. State online: the active ones.
  Result<Rows> schedules(State state, std::int64_t limit) const;
  Result<std::optional<Row>> schedule_row(std::int64_t id) const;
  // Newest due time first: id, schedule_id, function, due, state, times, started, ended, result,
  // task_id; of one schedule, or 0: of all.
  Result<Rows> schedule_runs(std::int64_t schedule, std::int64_t limit) const;
  Result<std::optional<Schedule>> schedule(std::int64_t id) const;
  // The id of the schedule that made the task; 0: none, or its runs are forgotten.
  Result<std::int64_t> schedule_of_task(std::int64_t task) const;
  // Adds a schedule; returns its id. Errors: refused when the owner has too many schedules.
  Result<std::int64_t> add_schedule(const Author& author, const Schedule& schedule);
  // Updates time, cycle, zone, catch_up, overlap, stat and next_due. Pausing a schedule skips its
  // waiting runs. Errors: not_found.
  Result<void> mod_schedule(const Author& author, const Schedule& schedule);
  // Removes a schedule and the records of its runs. Errors: not_found.
  Result<void> del_schedule(const Author& author, std::int64_t id);
  // The rest is for the scheduler; at most one per store.
  Result<std::vector<Schedule>> due_schedules(Time now) const;  // active, next_due until now
  // Active, next_due after now; without args, shown and target.
  Result<std::vector<Schedule>> coming_schedules(Time now) const;
  Result<std::optional<Time>> next_schedule() const;  // the first next_due of all
  // Whether the due time has a run, in any state except missed.
  Result<bool> was_run(std::int64_t schedule, Time due) const;
  // Settles all in one transaction. Returns for each the id of its run; 0: it has none, because
  // none was wanted, the schedule has changed since, or the due time has a run already.
  Result<std::vector<std::int64_t>> settle_schedules(const std::vector<Settling>& settlings);
  // Marks a waiting run as running. False: the run is not waiting any more.
  Result<bool> start_run(std::int64_t run);
  // Records the task that a running run has made: the run ends with that task.
  Result<void> note_task(std::int64_t run, std::int64_t task);
  Result<void> end_run(std::int64_t run, const RunEnd& end);
  // Call after a start: running runs are lost, except those that have made a task; waiting runs are
  // due again. Returns the number of lost runs.
  Result<std::int64_t> recover_runs();
  // The running runs that have made a task.
  Result<std::vector<RunOfTask>> runs_of_tasks() const;
  // Changes next_due to `to`, unless next_due is no longer `from`.
  Result<void> move_schedule(std::int64_t id, Time from, std::optional<Time> to);

 private:
  Database& database_;
};

}  // namespace mega
