#include "schedules/server/run_of_task.h"

#include "api/function.h"
#include "tasks/store/task_store.h"

#include <algorithm>

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

const Value& cell(const Row& row, std::string_view column) {
  const auto found = std::ranges::find(*row.columns, column);
  return row.cells[static_cast<std::size_t>(found - row.columns->begin())];
}

std::int64_t number(const Row& row, std::string_view column) {
  const auto* found = cell(row, column).as<std::int64_t>();
  return found ? *found : 0;
}

}  // namespace

std::int64_t task_made_by(std::string_view function, const Result<Value>& result) {
  const auto* task = result ? result->as<std::int64_t>() : nullptr;
  const Function* called = find_function(function);
  return task && called && called->answers_task ? *task : 0;
}

Result<std::optional<RunEnd>> end_with(const Services& services, std::int64_t task) {
  const auto row = services[task_store].task(task);
  if (!row) return fail(row.error());
  if (!*row)
    return RunEnd{RunState::lost, fmt::format("task {} is not known any more", task), task};
  if (cell(**row, "ended").is_none()) return std::nullopt;
  const std::int64_t ok = number(**row, "ok"), hosts = number(**row, "hosts");
  if (ok == hosts) return RunEnd{RunState::ok, fmt::format("task {}", task), task};
  return RunEnd{RunState::failed, fmt::format("task {}: ok on {} of {} hosts", task, ok, hosts),
                task};
}

}  // namespace mega
