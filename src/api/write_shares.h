// WriteShares: how often each caller may make the server write.
//
// A call that changes something adds at least one row to the audit, for ever. Operators and the
// admin are trusted with that; any other caller has a share: so many calls at once, then one each
// period. A caller that calls faster gets its answers later, at the pace of its share. One that
// does not wait for answers is refused once its calls would be held back for too long.
//
//   caller with a certificate   its name
//   peer of 2014                its address_group() (net/socket_address.h)
#pragma once

#include "api/function.h"
#include "base/result.h"
#include "trust/caller.h"
#include "wire/envelope.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mega {

struct ShareRules {
  int calls_at_once = 200;
  std::chrono::milliseconds period{1000};
  std::chrono::milliseconds longest_hold{10'000};
  std::size_t callers_max = 10'000;  // further ones have one share together
};

// Whether the call counts: it changes or keeps something, or is stored as a schedule, and its
// caller is neither admin nor an operator that acts as one.
bool takes_share(const Caller& caller, const Function& function, const Envelope& envelope);

// The caller whose share a call takes.
std::string share_of(const Caller& caller);

// Thread-safe.
class WriteShares {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit WriteShares(const ShareRules& rules = {}) : rules_(rules) {}

  // Counts a call. Returns for how long its answer is to be held back. Errors: unavailable when
  // that is longer than longest_hold; the call must not run then and does not count.
  Result<std::chrono::milliseconds> take(const std::string& share, Moment now);

 private:
  // When the share is whole again: each call moves it on by one period.
  Moment& whole_at(const std::string& share, Moment now);

  const ShareRules rules_;
  std::mutex mutex_;
  std::unordered_map<std::string, Moment> whole_at_;  // of shares that are not whole
};

}  // namespace mega
