// How a run ends that has made a task: when the task has ended, and as well as the task.
#pragma once

#include "api/services.h"
#include "base/result.h"
#include "schedules/store/schedule_model.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mega {

// The task that a call of the function has made; 0: none.
std::int64_t task_made_by(std::string_view function, const Result<Value>& result);

// How the run of the task ended; nullopt: the task has not ended. Errors: those of the store.
Result<std::optional<RunEnd>> end_with(const Services& services, std::int64_t task);

}  // namespace mega
