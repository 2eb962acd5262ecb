// Turnstile: how many connections there may be, in all and from one address. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace mega {

class Turnstile {
 public:
  Turnstile(int total_max, int per_address_max)
      : total_max_(total_max), per_address_max_(per_address_max) {}

  // An empty reason: let in, and leave() must follow. The address is empty for a unix socket, to
  // which only the total applies.
  std::string_view enter(const std::string& address);
  void leave(const std::string& address);

  int inside() const { return total_; }

 private:
  int total_max_;
  int per_address_max_;
  int total_ = 0;
  std::unordered_map<std::string, int> by_address_;
};

}  // namespace mega
