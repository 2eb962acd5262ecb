// Definition of a command. One file in cmd/ defines and registers one command, or a few that share
// a noun; no other file refers to it.
#pragma once

#include "base/registered.h"
#include "base/result.h"
#include "cmd/argument_parser.h"

#include <functional>
#include <string_view>
#include <vector>

namespace mega {

using Run = std::function<Result<void>()>;

struct Command {
  std::string_view name;     // as typed: "ping"
  std::string_view summary;  // one line, shown by `mega --help`
  std::string_view example;  // a line or several, shown under the help and in the manual
  // Declares flags and arguments; returns the function that runs after parsing.
  Run (*setup)(ArgumentParser&);
  std::string_view detail{};  // paragraphs after the summary, in the help and in the manual
};

// Declares subcommands: `mega inventory export`. `parser` is the argument of setup; setup returns
// the result. `otherwise` runs when no subcommand was typed; without it a subcommand is required.
Run subcommands(ArgumentParser& parser, const std::vector<Command>& commands,
                Run otherwise = nullptr);

}  // namespace mega
