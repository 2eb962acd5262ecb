#include "net/turnstile.h"

#include <cassert>

namespace mega {

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

}  // namespace mega
