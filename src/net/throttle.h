// SparseLog: lets one line through in a while, and counts what it held back. What any peer can
// cause as often as it likes is logged through one, so that it cannot fill the disk.
//
// Turnstile: how many connections there may be, in all and from one address. Not thread-safe.
//
// Penalties: an address that has failed to come in too often waits, longer each time.
//
// The first failures of an address cost it nothing; each further one shuts the door for it for
// twice as long as the last, up to a limit. An address that stays away long enough is forgotten.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mega {

// Not thread-safe.
class SparseLog {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // `burst` lines at once, then one each `period`.
  SparseLog(int burst, std::chrono::milliseconds period)
      : burst_(burst), tokens_(burst), period_(period) {}

  // How many lines were held back since the last one, when a line may be written now; else nullopt.
  std::optional<std::int64_t> pass(Moment now);

 private:
  int burst_;
  int tokens_;
  std::chrono::milliseconds period_;
  Moment refilled_{};
  std::int64_t held_back_ = 0;
};

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
