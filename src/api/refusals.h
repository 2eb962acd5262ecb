// Refusals: which failed calls go into the audit, and how many at most.
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

// How many refusals at once get a row; then one each period. Any peer of a door can cause
// them, and must not fill the disk. The log has them all.
inline constexpr int refusals_burst = 1000;
inline constexpr std::chrono::seconds refusals_period{1};

// Writes one refusal into the audit. `held_back`: how many before it got no row.
using NoteRefusal =
    std::function<Result<void>(const Author& author, const Error& why, std::int64_t held_back)>;

// One for a server. Thread-safe.
class Refusals {
 public:
  explicit Refusals(NoteRefusal sink) : sink_(std::move(sink)) {}

  // Writes a row when the call was not allowed or refused, unless too many were; the next row then
  // tells how many have none. What goes wrong is logged: the caller gets his answer all the same.
  void note(const Clock& clock, const Caller& caller, const Envelope& envelope, const Error& why);

 private:
  std::optional<std::int64_t> pass(const Clock& clock);

  const NoteRefusal sink_;
  std::mutex mutex_;
  SparseLog bucket_{refusals_burst, refusals_period};
};

}  // namespace mega
