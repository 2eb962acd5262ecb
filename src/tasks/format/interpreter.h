// What runs a script: what its order says, else what the ending of its name tells.
#pragma once

#include <string>

#include "tasks/format/order.h"

namespace mega {

// "cmd" (the script itself), "python", "bash" or "perl".
std::string interpreter_of(const TaskOrder& order);

}  // namespace mega
