// Single rows of schedules: read, inserted, updated.
#pragma once

#include "base/result.h"
#include "schedules/store/schedule_model.h"
#include "sql/connection.h"

#include <optional>
#include <string_view>
#include <vector>

namespace mega {

// nullopt: there is none.
Result<std::optional<Schedule>> load_schedule(Connection& connection, std::int64_t id);

// Those that `rest`, what stands behind FROM schedule, selects.
Result<std::vector<Schedule>> load_schedules(Connection& connection, std::string_view rest,
                                             SqlParameters parameters);

Result<std::int64_t> insert(Connection& connection, const Schedule& schedule);

// What may change of it.
Result<void> update(Connection& connection, const Schedule& schedule);

// In SQL: the state of the run r, whose task is t. A run that made a task went as that did, once it
// has ended.
inline constexpr const char* state_of_run =
    "CASE WHEN r.state = 'ok' AND t.ended IS NOT NULL AND t.ok < t.hosts THEN 'failed' "
    "ELSE r.state END";
inline constexpr const char* with_task = "LEFT JOIN task t ON t.id = r.task_id ";

// A time that may be none, as a parameter.
SqlParameter time_or_none(const std::optional<Time>& time);

}  // namespace mega
