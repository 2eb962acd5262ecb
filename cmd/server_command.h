// A command below `mega server`: one file defines and registers it, and nothing else names it.
#pragma once

#include "cmd/command.h"

namespace mega {

struct ServerCommand : Command {};

}  // namespace mega
