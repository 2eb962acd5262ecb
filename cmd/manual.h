// Manual pages in roff (man macros), made from the same declarations as --help.
#pragma once

#include "cmd/command.h"

#include <string>

namespace mega {

// mega(1): all commands, the global flags, every setting, the exit codes.
std::string manual_of_mega();

// mega-call(1): one command with its subcommands.
std::string manual_of(const Command& command);

}  // namespace mega
