// Single rows of schedules: read, inserted, updated.
#pragma once

#include "base/result.h"
#include "sql/connection.h"
#include "store/schedule_model.h"

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

// A time that may be none, as a parameter.
SqlParameter time_or_none(const std::optional<Time>& time);

}  // namespace mega
