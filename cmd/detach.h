// Leaving the terminal: a command that goes on as a daemon, and tells who started it how that went.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>

namespace mega {

// In the daemon: what tells the command that started it.
class Detached {
 public:
  explicit Detached(int pipe) : pipe_(pipe) {}

  // Standard output and standard error go to /dev/null from now on.
  void tell_ready(const std::string& line);
  void tell_failed(const Error& error);

 private:
  void tell(const std::string& words);
  int pipe_;
};

// Forks. In the command it returns nullopt once the daemon is ready and has said so on standard
// output, or the daemon's error when it failed; in the daemon, which has a session of its own and
// no terminal, what it tells with. Requires: one thread. Errors: also failed when it cannot fork.
Result<std::optional<Detached>> detach();

}  // namespace mega
