#include "net/throttle.h"

#include "net/socket_address.h"

#include <algorithm>

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

std::chrono::milliseconds Penalties::wait_of(const std::string& address, Moment now) const {
  const auto found = known_.find(address_group(address));
  if (found == known_.end() || found->second.shut_until <= now) return {};
  return std::chrono::ceil<std::chrono::milliseconds>(found->second.shut_until - now);
}

void Penalties::failed(const std::string& address, Moment now) {
  const std::string group = address_group(address);
  if (!known_.contains(group)) make_room(now);
  Record& record = known_[group];
  if (record.failures > 0 && now - record.last > rules_.forgotten_after) record = {};
  ++record.failures;
  record.last = now;
  const int beyond = record.failures - rules_.free_failures;
  if (beyond <= 0) return;
  auto wait = rules_.first_wait;
  for (int i = 1; i < beyond && wait < rules_.longest_wait; ++i) wait *= 2;
  record.shut_until = now + std::min(wait, rules_.longest_wait);
}

void Penalties::succeeded(const std::string& address) { known_.erase(address_group(address)); }

// Drops the forgotten groups; if there are none, the group whose latest failure is the oldest.
void Penalties::make_room(Moment now) {
  if (known_.size() < rules_.addresses_max) return;
  std::erase_if(known_,
                [&](const auto& each) { return now - each.second.last > rules_.forgotten_after; });
  if (known_.size() < rules_.addresses_max) return;
  const auto sooner = [](const auto& a, const auto& b) { return a.second.last < b.second.last; };
  known_.erase(std::min_element(known_.begin(), known_.end(), sooner));
}

}  // namespace mega
