// Penalties: who has failed to come in too often has to wait, longer each time.
//
// The first failures of an address cost it nothing; each further one shuts the door for it for
// twice as long as the last, up to a limit. An address that stays away long enough is forgotten.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace mega {

// Not thread-safe. Holds what it knows of at most so many addresses, so that a flood of them costs
// no memory.
class Penalties {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  struct Rules {
    int free_failures = 10;
    std::chrono::milliseconds first_wait{1000};
    std::chrono::milliseconds longest_wait{300'000};
    std::chrono::milliseconds forgotten_after{600'000};  // without a failure
    std::size_t addresses_max = 10'000;
  };

  Penalties() : Penalties(Rules{}) {}
  explicit Penalties(const Rules& rules) : rules_(rules) {}

  // How long the address has to wait now; zero when it may come in.
  std::chrono::milliseconds wait_of(const std::string& address, Moment now) const;

  void failed(const std::string& address, Moment now);
  void succeeded(const std::string& address) { known_.erase(address); }

 private:
  struct Record {
    int failures = 0;
    Moment last;  // failure
    Moment shut_until;
  };

  void make_room(Moment now);

  Rules rules_;
  std::map<std::string, Record> known_;
};

}  // namespace mega
