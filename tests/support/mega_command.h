// Runs a command line to its end, with an input, and on a terminal if the test asks for one. For
// programs that keep running see child.h.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mega {

struct CommandRun {
  std::vector<std::string> arguments;                   // after "mega"
  std::string input = "";                               // standard input
  std::map<std::string, std::string> environment = {};  // added to the test's; "" unsets
  bool terminal = false;  // standard output and standard error are a terminal; both go to `out`
};

struct CommandEnd {
  std::string out;
  std::string err;
  int code = -1;  // exit code, or 128 plus the signal
};

// Runs mega. Ignores the machine's settings: HOME is an empty folder. Kills mega after a minute.
CommandEnd run_mega(const CommandRun& run);

// The same for any program, found in PATH.
CommandEnd run_program(const std::string& program, const CommandRun& run);

}  // namespace mega
