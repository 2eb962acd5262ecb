// Throttling of peers:
//
//   SparseLog   limits the rate of log lines and counts those held back; for any event that a peer
//               can cause at will, so that it cannot fill the disk
//   Penalties   makes an address group wait after too many failures, longer each time
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

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

// Not thread-safe. The first failures of an address group (net/socket_address.h) cost nothing; each
// further one blocks the group for twice as long as the last, up to a limit. A group without
// failures for long enough is forgotten. Stores at most addresses_max groups, so that a flood cannot
// exhaust memory.
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

  // How long the group of the address must wait now; zero: it may try.
  std::chrono::milliseconds wait_of(const std::string& address, Moment now) const;

  void failed(const std::string& address, Moment now);
  void succeeded(const std::string& address);

 private:
  struct Record {
    int failures = 0;
    Moment last;  // the latest failure
    Moment shut_until;
  };

  void make_room(Moment now);

  Rules rules_;
  std::map<std::string, Record> known_;  // by group
};

}  // namespace mega
