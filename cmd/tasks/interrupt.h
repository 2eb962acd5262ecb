// Ctrl-C while a command waits for a task, which goes on without the command.
#pragma once

namespace mega {

// While it exists, SIGINT only sets a flag. At most one at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;

  // True if SIGINT arrived since the last call. Resets the flag.
  static bool take();
};

}  // namespace mega
