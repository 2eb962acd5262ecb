// eventually(): the one way in which tests wait for an effect of another thread or process.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>
#include <thread>

namespace mega {

// Waits until the condition holds. Fails after three minutes, which a busy machine stays far below;
// the failure says what was waited for: `what`, or the expression that the assertion shows.
template <class Condition>
testing::AssertionResult eventually(Condition condition, std::string_view what = "") {
  constexpr std::chrono::minutes patience{3};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) {
      return testing::AssertionFailure() << "waited " << patience.count() << " minutes"
                                         << (what.empty() ? "" : " for ") << what;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return testing::AssertionSuccess();
}

}  // namespace mega
