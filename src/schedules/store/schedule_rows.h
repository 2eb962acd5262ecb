// Reads, inserts and updates single rows of schedules.
#pragma once

#include "base/result.h"
#include "schedules/store/schedule_model.h"
#include "sql/connection.h"

#include <optional>
#include <string_view>
#include <vector>

namespace mega {

// nullopt: there is none.
// As load_schedules(), with args, shown and target empty.
Result<std::vector<Schedule>> load_timetables(Connection& connection, std::string_view rest,
                                              SqlParameters parameters);
Result<std::optional<Schedule>> load_schedule(Connection& connection, std::int64_t id);

// The schedules selected by `rest`, the SQL after FROM schedule.
Result<std::vector<Schedule>> load_schedules(Connection& connection, std::string_view rest,
                                             SqlParameters parameters);

Result<std::int64_t> insert(Connection& connection, const Schedule& schedule);

// Updates the columns that may change.
Result<void> update(Connection& connection, const Schedule& schedule);

// SQL: the state of the run r, whose task is t. Runs of older versions ended when their task was
// made: such a run goes on while the task does, and fails if the task failed on a host.
inline constexpr const char* state_of_run =
    "CASE WHEN r.state = 'ok' AND t.id IS NOT NULL AND t.ended IS NULL THEN 'running' "
    "WHEN r.state = 'ok' AND t.ended IS NOT NULL AND t.ok < t.hosts THEN 'failed' "
    "ELSE r.state END";
inline constexpr const char* with_task = "LEFT JOIN task t ON t.id = r.task_id ";

// An optional time as a parameter; nullopt is NULL.
SqlParameter time_or_none(const std::optional<Time>& time);

}  // namespace mega
