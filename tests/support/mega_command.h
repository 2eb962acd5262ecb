// A command line run to its end, with an input and on a terminal where the test wants them.
// support/child.h is for programs that stay.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mega {

struct CommandRun {
  std::vector<std::string> arguments;                   // behind "mega"
  std::string input = "";                               // standard input
  std::map<std::string, std::string> environment = {};  // over that of the test; "" unsets
  bool terminal = false;  // standard output and standard error are a terminal; both are in `out`
};

struct CommandEnd {
  std::string out;
  std::string err;
  int code = -1;  // exit code, or 128 and the signal
};

// No settings of the machine count: HOME is an empty folder. Ends the child after a minute.
CommandEnd run_mega(const CommandRun& run);

// The same for any program, found by PATH.
CommandEnd run_program(const std::string& program, const CommandRun& run);

}  // namespace mega
