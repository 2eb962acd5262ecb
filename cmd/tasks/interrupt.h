// Ctrl-C, while a command waits for work that goes on without it.
#pragma once

namespace mega {

// From its construction to its end SIGINT ends nothing, but is remembered.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;

  // Whether it came since this was last asked.
  static bool take();
};

}  // namespace mega
