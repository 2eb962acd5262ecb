// The tables of ScheduleStore: schedule, schedule_run.
#include "schedules/store/schedule_store.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const ScheduleStore store(database);
  if (auto rows = store.schedules(State::all, 1); !rows) return fail(rows.error());
  if (auto rows = store.schedule_runs(0, 1); !rows) return fail(rows.error());
  return {};
}

const Registered<Schema> schema{{.name = "schedules", .probe = probe}};

}  // namespace
}  // namespace mega
