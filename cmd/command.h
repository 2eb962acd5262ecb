// What a subcommand is. One file in cmd/ defines one, or the few that share a noun; nothing else
// names it.
#pragma once

#include "base/registered.h"
#include "base/result.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string_view>
#include <vector>

namespace mega {

using Run = std::function<Result<void>()>;

struct Command {
  std::string_view name;     // as typed: "ping"
  std::string_view summary;  // one line, shown by `mega --help`
  std::string_view example;  // a line or several, shown under the help and in the manual
  Run (*setup)(CLI::App&);   // declares flags and arguments; returns what runs once they are parsed
  std::string_view detail{};  // paragraphs behind the summary, in the help and in the manual
};

// Commands below a command: `mega inventory export`. `app` is what setup was given; the result is
// what setup returns. `otherwise` runs when none of them was typed; without it one must be.
Run subcommands(CLI::App& app, const std::vector<Command>& commands, Run otherwise = nullptr);

}  // namespace mega
