// How a task ended on its hosts, as callers of 2014 read it: a status and what was said.
#pragma once

#include "api/services.h"
#include "sql/database.h"
#include "tasks/format/order.h"

#include <string>
#include <vector>

namespace mega {

struct HostEnd {
  std::string host;
  TaskState state = TaskState::running;
  std::string reason;
  std::string output;        // standard output and error, without the line break at its end
  std::int64_t status = -1;  // as wait() gives it; -1: it did not come to its end
};

// In the order of the task. Errors: those of the store.
Result<std::vector<HostEnd>> ends_of(const Services& services, std::int64_t task);

// The output as text, or as bytes when it is none.
Value output_of(const HostEnd& end);

}  // namespace mega
