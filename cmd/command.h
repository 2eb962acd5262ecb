// What a subcommand is. One file in cmd/ defines one, or the few that share a noun; nothing else
// names it.
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
  // Declares flags and arguments; returns what runs once they are parsed.
  Run (*setup)(ArgumentParser&);
  std::string_view detail{};  // paragraphs behind the summary, in the help and in the manual
};

// Commands below a command: `mega inventory export`. `parser` is what setup was given; the result
// is what setup returns. `otherwise` runs when none of them was typed; without it one must be.
Run subcommands(ArgumentParser& parser, const std::vector<Command>& commands,
                Run otherwise = nullptr);

}  // namespace mega
