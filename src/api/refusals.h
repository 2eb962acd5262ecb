// Refusals: which failed calls go into the audit, and how many at most.
#pragma once

#include "net/sparse_log.h"
#include "sql/database.h"
#include "trust/caller.h"
#include "wire/envelope.h"

#include <mutex>

namespace mega {

// How many refusals at once get a row; then one each period. Whoever can reach a door can cause
// them, and must not fill the disk. The log has them all.
inline constexpr int refusals_burst = 1000;
inline constexpr std::chrono::seconds refusals_period{1};

// One for a server. Thread-safe.
class Refusals {
 public:
  // Writes a row when the call was not allowed or refused, unless too many were; the next row then
  // tells how many have none. What goes wrong is logged: the caller gets his answer all the same.
  void note(Store& store, const Clock& clock, const Caller& caller, const Envelope& envelope,
            const Error& why);

 private:
  std::optional<std::int64_t> pass(const Clock& clock);

  std::mutex mutex_;
  SparseLog bucket_{refusals_burst, refusals_period};
};

}  // namespace mega
