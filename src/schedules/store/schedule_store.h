// Schedules, and what became of each due time.
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
  // Which one has made the task; 0: none, or its runs are forgotten.
  Result<std::int64_t> schedule_of_task(std::int64_t task) const;
  // Gives its id. Errors: refused when its owner has too many.
  Result<std::int64_t> add_schedule(const Author& author, const Schedule& schedule);
  // Replaces what may change: time, cycle, zone, catch_up, overlap, stat, next_due; what waits is
  // skipped when it is paused. Errors: not_found.
  Result<void> mod_schedule(const Author& author, const Schedule& schedule);
  // With what is known of its runs. Errors: not_found.
  Result<void> del_schedule(const Author& author, std::int64_t id);
  // For the scheduler; at most one per store.
  Result<std::vector<Schedule>> due_schedules(Time now) const;     // active, next_due until now
  Result<std::vector<Schedule>> coming_schedules(Time now) const;  // active, next_due after now
  Result<std::optional<Time>> next_schedule() const;               // the first next_due of all
  // Whether that due time was run, or is to be.
  Result<bool> was_run(std::int64_t schedule, Time due) const;
  // In one transaction; for each the id of its run, 0: there is none, because the schedule was
  // changed meanwhile or the due time has a run already.
  Result<std::vector<std::int64_t>> settle_schedules(const std::vector<Settling>& settlings);
  // False: it waits no more.
  Result<bool> start_run(std::int64_t run);
  Result<void> end_run(std::int64_t run, const RunEnd& end);
  // After a start: what ran is lost, what waited is due again. How many were lost.
  Result<std::int64_t> recover_runs();
  // Another next_due, unless it has changed meanwhile.
  Result<void> move_schedule(std::int64_t id, Time from, std::optional<Time> to);

 private:
  Database& database_;
};

}  // namespace mega
