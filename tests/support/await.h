// await(): waits for an effect of another process.
#pragma once

#include <chrono>
#include <thread>

namespace mega {

// Waits until the condition holds; false after 60 seconds.
template <class Condition>
bool await(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace mega
