// Rows of the tables task and task_target, read into the types of the task engine.
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

// nullopt: there is none. Errors: corrupt for a row that this version cannot read.
Result<std::optional<StoredTask>> load_task(Connection& connection, std::int64_t id);
// Tasks that have not ended and have a higher id than `after`, oldest first.
Result<std::vector<StoredTask>> load_running_tasks(Connection& connection, std::int64_t after);
Result<std::vector<TaskTarget>> load_targets(Connection& connection, std::int64_t task);

// In task_late.cc. Does nothing unless the target was given up.
Result<void> expect_late_outcome(Writing& writing, const TargetChange& change);
// The column `later` as a map for display. Errors: corrupt.
Result<Value> read_late_outcome(std::string_view json);

}  // namespace mega
