// A value in an error message.
#pragma once

#include "value/value.h"

#include <string>

namespace mega {

// "text \"10.0.0.999\"", "integer 70000", "None"; truncated.
std::string shown(const Value& value);

}  // namespace mega
