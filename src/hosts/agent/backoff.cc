#include "hosts/agent/backoff.h"

#include <algorithm>

namespace mega {

std::chrono::milliseconds backoff(int failures, bool refused, double chance,
                                  const BackoffRules& rules) {
  constexpr int doublings_max = 20;
  const auto doubled = rules.first * (1LL << std::clamp(failures - 1, 0, doublings_max));
  const std::chrono::milliseconds whole =
      refused ? rules.refused : std::min<std::chrono::milliseconds>(doubled, rules.longest);
  const auto taken = static_cast<double>(whole.count()) * std::clamp(chance, 0.0, 1.0) / 2;
  return whole - std::chrono::milliseconds(static_cast<std::int64_t>(taken));
}

}  // namespace mega
