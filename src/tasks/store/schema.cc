// The tables of tasks: task, task_target, task_late, task_log, script.
#include "sql/database.h"
#include "sql/migrations.h"
#include "tasks/store/task_store.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const TaskStore store(database);
  if (auto rows = store.tasks(State::all, 1); !rows) return fail(rows.error());
  if (auto rows = store.task_log(0, 1); !rows) return fail(rows.error());
  return {};
}

const Registered<Schema> schema{{.name = "tasks", .probe = probe}};

}  // namespace
}  // namespace mega
