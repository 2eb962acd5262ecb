#include "net/throttle.h"

#include <algorithm>
#include <cassert>

namespace mega {

std::optional<std::int64_t> SparseLog::pass(Moment now) {
  const auto periods = (now - refilled_) / period_;
  if (periods > 0) {
    tokens_ = static_cast<int>(std::min<std::int64_t>(burst_, tokens_ + periods));
    refilled_ = now;
  }
  if (tokens_ == 0) {
    ++held_back_;
    return std::nullopt;
  }
  --tokens_;
  const std::int64_t held_back = held_back_;
  held_back_ = 0;
  return held_back;
}

std::string_view Turnstile::enter(const std::string& address) {
  if (total_ >= total_max_) return "limits.connections is reached";
  if (!address.empty()) {
    int& count = by_address_[address];
    if (count >= per_address_max_) return "limits.connections_per_address is reached";
    ++count;
  }
  ++total_;
  return {};
}

void Turnstile::leave(const std::string& address) {
  assert(total_ > 0);
  --total_;
  if (address.empty()) return;
  const auto found = by_address_.find(address);
  assert(found != by_address_.end() && found->second > 0);
  if (--found->second == 0) by_address_.erase(found);
}

std::chrono::milliseconds Penalties::wait_of(const std::string& address, Moment now) const {
  const auto found = known_.find(address);
  if (found == known_.end() || found->second.shut_until <= now) return {};
  return std::chrono::ceil<std::chrono::milliseconds>(found->second.shut_until - now);
}

void Penalties::failed(const std::string& address, Moment now) {
  if (!known_.contains(address)) make_room(now);
  Record& record = known_[address];
  if (record.failures > 0 && now - record.last > rules_.forgotten_after) record = {};
  ++record.failures;
  record.last = now;
  const int beyond = record.failures - rules_.free_failures;
  if (beyond <= 0) return;
  auto wait = rules_.first_wait;
  for (int i = 1; i < beyond && wait < rules_.longest_wait; ++i) wait *= 2;
  record.shut_until = now + std::min(wait, rules_.longest_wait);
}

// Drops the forgotten addresses; if there are none, the address whose latest failure is the oldest.
void Penalties::make_room(Moment now) {
  if (known_.size() < rules_.addresses_max) return;
  std::erase_if(known_,
                [&](const auto& each) { return now - each.second.last > rules_.forgotten_after; });
  if (known_.size() < rules_.addresses_max) return;
  const auto sooner = [](const auto& a, const auto& b) { return a.second.last < b.second.last; };
  known_.erase(std::min_element(known_.begin(), known_.end(), sooner));
}

}  // namespace mega
