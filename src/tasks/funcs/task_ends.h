// How a task ended on its hosts, as callers of 2014 read it: a status and the output.
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
  std::string output;        // standard output and error
  std::int64_t status = -1;  // as from wait(); -1: the script did not end
};

// In the order of the task's hosts. Errors: those of the store.
Result<std::vector<HostEnd>> ends_of(const Services& services, std::int64_t task);

// The output as text, or as bytes if it is not UTF-8; without one newline at its end, as Python's
// getstatusoutput() gives it. A daemon of 2014 has removed that newline itself.
Value output_of(const HostEnd& end, bool daemon_of_2014);

}  // namespace mega
