// Refusals: decides which failed calls are audited, and limits their rate.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "net/throttle.h"
#include "trust/author.h"
#include "trust/caller.h"
#include "wire/envelope.h"

#include <cstdint>
#include <functional>
#include <mutex>

namespace mega {

// The number of refusals audited at once; after that, one per period. Any peer that can reach a
// door can cause refusals, and must not be able to fill the disk. The log has all of them.
inline constexpr int refusals_burst = 1000;
inline constexpr std::chrono::seconds refusals_period{1};

// Writes one refusal into the audit. `held_back`: the number of earlier refusals without a row.
using NoteRefusal =
    std::function<Result<void>(const Author& author, const Error& why, std::int64_t held_back)>;

// One for a server. Thread-safe.
class Refusals {
 public:
  explicit Refusals(NoteRefusal sink) : sink_(std::move(sink)) {}

  // Writes a row when `why` is not_allowed or refused, unless the rate limit is reached; the next
  // row then counts those held back. Errors of the write are only logged: the caller gets its
  // answer anyway.
  void note(const Clock& clock, const Caller& caller, const Envelope& envelope, const Error& why);

 private:
  std::optional<std::int64_t> pass(const Clock& clock);

  const NoteRefusal sink_;
  std::mutex mutex_;
  SparseLog bucket_{refusals_burst, refusals_period};
};

}  // namespace mega
