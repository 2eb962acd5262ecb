// Throttling of peers:
//
//   SparseLog   limits the rate of log lines and counts those held back; for any event that a peer
//               can cause at will, so that it cannot fill the disk
//   Turnstile   limits the number of connections, in all and from one address; not thread-safe
//   Penalties   makes an address wait after too many failures, longer each time
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

  // Passes `burst` lines at once, then one each `period`.
  SparseLog(int burst, std::chrono::milliseconds period)
      : burst_(burst), tokens_(burst), period_(period) {}

  // The number of lines held back since the last one, when a line may be written now; else nullopt.
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

  // Returns an empty text when the connection is admitted (leave() must follow), else the reason.
  // The address is empty for a unix socket, to which only the total applies.
  std::string_view enter(const std::string& address);
  void leave(const std::string& address);

  int inside() const { return total_; }

 private:
  int total_max_;
  int per_address_max_;
  int total_ = 0;
  std::unordered_map<std::string, int> by_address_;
};

// Not thread-safe. The first failures of an address cost nothing; each further one blocks the
// address for twice as long as the last, up to a limit. An address without failures for long enough
// is forgotten. Stores at most addresses_max addresses, so that a flood cannot exhaust memory.
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

  // How long the address must wait now; zero: it may connect.
  std::chrono::milliseconds wait_of(const std::string& address, Moment now) const;

  void failed(const std::string& address, Moment now);
  void succeeded(const std::string& address) { known_.erase(address); }

 private:
  struct Record {
    int failures = 0;
    Moment last;  // the latest failure
    Moment shut_until;
  };

  void make_room(Moment now);

  Rules rules_;
  std::map<std::string, Record> known_;
};

}  // namespace mega
