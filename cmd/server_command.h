// A subcommand of `mega server`. One file defines and registers it; no other file refers to it.
#pragma once

#include "cmd/command.h"

namespace mega {

struct ServerCommand : Command {};

}  // namespace mega
