#include "api/write_shares.h"

#include "api/kinds.h"
#include "net/socket_address.h"

#include <algorithm>

namespace mega {

bool takes_share(const Caller& caller, const Function& function, const Envelope& envelope) {
  if (caller.role == Role::admin || function.permission == Permission::join) return false;
  if (caller.role == Role::operator_ && function.permission != Permission::agent) return false;
  return function.changes || !function.keeps.empty() || !envelope.time.empty();
}

std::string share_of(const Caller& caller) {
  if (!caller.name.empty()) return "name " + caller.name;
  return address_group(std::string(unmapped(caller.address)));
}

Result<std::chrono::milliseconds> WriteShares::take(const std::string& share, Moment now) {
  const std::lock_guard lock(mutex_);
  Moment& whole = whole_at(share, now);
  const auto used_up = rules_.calls_at_once * rules_.period;
  const auto hold = std::chrono::ceil<std::chrono::milliseconds>(std::max(whole, now) +
                                                                 rules_.period - now - used_up);
  if (hold > rules_.longest_hold) {
    return fail(Errc::unavailable,
                "too many changes by this caller: {} at once are taken, then one each {} s",
                rules_.calls_at_once, std::chrono::duration<double>(rules_.period).count());
  }
  whole = std::max(whole, now) + rules_.period;
  return std::max(hold, std::chrono::milliseconds(0));
}

WriteShares::Moment& WriteShares::whole_at(const std::string& share, Moment now) {
  if (const auto found = whole_at_.find(share); found != whole_at_.end()) return found->second;
  if (whole_at_.size() >= rules_.callers_max) {
    std::erase_if(whole_at_, [&](const auto& known) { return known.second <= now; });
  }
  return whole_at_[whole_at_.size() < rules_.callers_max ? share : "others"];
}

}  // namespace mega
