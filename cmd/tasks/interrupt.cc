#include "cmd/tasks/interrupt.h"

#include <csignal>

namespace mega {
namespace {

volatile std::sig_atomic_t came = 0;

void remember(int) { came = 1; }

}  // namespace

Interrupts::Interrupts() {
  came = 0;
  std::signal(SIGINT, remember);
}

Interrupts::~Interrupts() { std::signal(SIGINT, SIG_DFL); }

bool Interrupts::take() {
  if (came == 0) return false;
  came = 0;
  return true;
}

}  // namespace mega
