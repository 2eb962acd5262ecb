// The command line: words -> one command, set up and parsed -> run.
//
//   mega [GLOBAL FLAGS] COMMAND [FLAGS] [ARGUMENTS]
//
// Only the chosen command declares its flags, so that a short command starts fast. Everything that
// a command line can get wrong is an invalid_argument here, with a did-you-mean where one helps.
#pragma once

#include "cmd/command.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// A command with its flags declared, ready to be parsed, or to be described (help, manual,
// completion). The Run refers to the parser: keep both.
struct Declared {
  const Command* command = nullptr;
  std::unique_ptr<ArgumentParser> parser;  // named "mega ping"
  Run run;
};

Declared declare(const Command& command);

// A parser for `mega` itself: its global flags and no commands.
std::unique_ptr<ArgumentParser> declare_globals();

// nullptr: there is none.
const Command* find_command(std::string_view name);

// ", did you mean 'ping'?" or nothing.
std::string did_you_mean_command(std::string_view typed);

// All that main() does: `words` is the command line without the program's name. Errors are for
// people; exit_code() of them is the exit code.
Result<void> run_command_line(const std::vector<std::string>& words);

}  // namespace mega
