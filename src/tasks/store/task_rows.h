// Rows of the tables task and task_target, read as what drives tasks knows them.
#pragma once

#include "base/result.h"
#include "sql/connection.h"
#include "tasks/store/task_model.h"

#include <optional>
#include <vector>

namespace mega {

struct Writing;

struct StoredTask {
  ActiveTask task;  // without its targets
  bool ended = false;
  bool had_input = false;
};

// nullopt: there is none. Errors: corrupt for what this mega cannot read.
Result<std::optional<StoredTask>> load_task(Connection& connection, std::int64_t id);
// Those that have not ended and have a higher id, oldest first.
Result<std::vector<StoredTask>> load_running_tasks(Connection& connection, std::int64_t after);
Result<std::vector<TaskTarget>> load_targets(Connection& connection, std::int64_t task);

// task_late.cc: for a target that was given up.
Result<void> expect_late_outcome(Writing& writing, const TargetChange& change);
// As people read it, of what the column `later` holds. Errors: corrupt.
Result<Value> read_late_outcome(std::string_view json);

}  // namespace mega
