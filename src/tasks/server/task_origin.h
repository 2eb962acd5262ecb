// TaskOrigin: lets the module that created a task name itself as its owner, so that a failure is
// reported as that module's.
#pragma once

#include "api/services.h"
#include "base/registered.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct TaskOwner {
  std::string kind;   // kind of notice: "schedule_failed"
  std::string topic;  // "7"
  std::string name;   // "schedule 7"
};

struct TaskOrigin {
  std::string_view name;
  // nullopt: the module has not created that task.
  Result<std::optional<TaskOwner>> (*find)(const Services& services, std::int64_t task) = nullptr;
};

}  // namespace mega
