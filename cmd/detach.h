// Detaches a command from the terminal as a daemon, which reports the result of its start.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>

namespace mega {

// In the daemon: reports to the command that started it.
class Detached {
 public:
  explicit Detached(int pipe) : pipe_(pipe) {}

  // From now on standard output and standard error are /dev/null.
  void tell_ready(const std::string& line);
  void tell_failed(const Error& error);

 private:
  void tell(const std::string& words);
  int pipe_;
};

// Forks. In the command, returns nullopt once the daemon is ready and its line is on standard
// output, or the error with which the daemon failed. In the daemon, which has its own session and
// no terminal, returns the Detached to report with. Requires: one thread. Errors: also failed when
// it cannot fork.
Result<std::optional<Detached>> detach();

}  // namespace mega
