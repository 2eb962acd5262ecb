// The command line: selects one command, parses its words and runs it.
//
//   mega [GLOBAL FLAGS] COMMAND [FLAGS] [ARGUMENTS]
//
// Only the chosen command declares its flags, so that a short command starts fast. Every mistake in
// a command line is an invalid_argument here, with a did-you-mean where one helps.
#pragma once

#include "cmd/command.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// A command with its flags declared, ready to be parsed or described (help, manual, completion).
// `run` refers to the parser: keep both.
struct Declared {
  const Command* command = nullptr;
  std::unique_ptr<ArgumentParser> parser;  // named "mega ping"
  Run run;
};

Declared declare(const Command& command);

// A parser for `mega` itself: its global flags and no commands.
std::unique_ptr<ArgumentParser> declare_globals();

// nullptr: unknown name.
const Command* find_command(std::string_view name);

// ", did you mean 'ping'?" or nothing.
std::string did_you_mean_command(std::string_view typed);

// Runs everything that main() does. `words`: the command line without the program's name. The error
// is written for people; exit_code() of it is the exit code.
Result<void> run_command_line(const std::vector<std::string>& words);

}  // namespace mega
