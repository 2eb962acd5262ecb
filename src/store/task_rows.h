// Rows of the tables task and task_target, read as what drives tasks knows them.
#pragma once

#include "base/result.h"
#include "sql/connection.h"
#include "store/task_model.h"

#include <optional>
#include <vector>

namespace mega {

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

}  // namespace mega
