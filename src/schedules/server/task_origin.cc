// Finds the schedule that made a task, so that the failure of the task is reported as the failure
// of the schedule (tasks/server/task_origin.h).
#include "tasks/server/task_origin.h"
#include "schedules/store/schedule_store.h"

#include <fmt/core.h>

namespace mega {
namespace {

const Service<ScheduleStore> schedule_store{"schedules"};

Result<std::optional<TaskOwner>> find(const Services& services, std::int64_t task) {
  const auto schedule = services[schedule_store].schedule_of_task(task);
  if (!schedule) return fail(schedule.error());
  if (*schedule == 0) return std::nullopt;
  return TaskOwner{.kind = "schedule_failed",
                   .topic = std::to_string(*schedule),
                   .name = fmt::format("schedule {}", *schedule)};
}

const Registered<TaskOrigin> origin{{.name = "schedule", .find = find}};

}  // namespace
}  // namespace mega
