// Shares: how much of the server one caller may use up, so that no caller can keep the others out.
//
// A caller is the name of a certificate; without one, all peers of an address group (IPv6: a /64;
// IPv4: an address; loopback: all of its addresses); or the unix socket.
//
// The rule: a caller may hold as much as is still free. Alone it gets half of all; the next caller
// half of the rest; so some is always left for a further one. The unix socket has a budget of its
// own, which callers over TCP cannot touch, and gets all of it.
//
//   Budget         what all callers of one kind hold, and the most they may
//   CallerAccount  what one caller holds
//   Turnstile      the accounts, and the number of connections
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mega {

enum class Resource : std::size_t {
  requests,  // running, or queued for a worker
  waits,     // requests to be answered later, which occupy no worker
  held,      // bytes of requests: as received, and as parsed
  unsent,    // bytes of answers that their peers have not taken
};
inline constexpr std::size_t resource_count = 4;

struct Budget {
  std::array<std::int64_t, resource_count> most{};
  bool shared = true;  // by several callers; false: one caller gets all of it
  std::array<std::atomic<std::int64_t>, resource_count> used{};

  std::int64_t most_of(Resource resource) const;
  std::int64_t used_of(Resource resource) const;
  // What one caller may hold when no other caller holds anything.
  std::int64_t most_of_one(Resource resource) const;
};

// Thread-safe, except for `connections`.
class CallerAccount {
 public:
  explicit CallerAccount(Budget& budget) : budget_(budget) {}
  CallerAccount(const CallerAccount&) = delete;

  // Takes the amount; false: it is more than the caller's share, and nothing was taken.
  bool take(Resource resource, std::size_t amount);
  // Takes the amount whatever the share; a negative one gives back.
  void add(Resource resource, std::ptrdiff_t amount);
  void give_back(Resource resource, std::size_t amount);
  // Whether the caller holds more than is free.
  bool is_over(Resource resource) const;
  const Budget& budget() const { return budget_; }

  int connections = 0;  // io thread only

 private:
  Budget& budget_;
  std::array<std::atomic<std::int64_t>, resource_count> own_{};
};

// Io thread only. The budgets must outlive the accounts.
class Turnstile {
 public:
  struct Most {
    int connections = 0;             // over TCP, of all callers
    int connections_per_caller = 0;  // over TCP
    int local_connections = 0;       // over the unix socket
  };

  Turnstile(const Most& most, Budget& shared, Budget& local)
      : most_(most), shared_(shared), local_(std::make_shared<CallerAccount>(local)) {}

  // The account of a new connection; nullptr: it is not admitted, and `refusal` says why. leave()
  // must follow. `address` is empty for the unix socket.
  std::shared_ptr<CallerAccount> enter(const std::string& address, std::string_view& refusal);

  // Moves a connection from the account of its address to that of its certificate's name; nullptr:
  // the name has too many already, and nothing has changed.
  std::shared_ptr<CallerAccount> recognize(CallerAccount& from, const std::string& name);

  void leave(CallerAccount& account);

  int inside() const { return total_ + local_->connections; }

 private:
  const std::shared_ptr<CallerAccount>& account_of(std::string key);

  const Most most_;
  Budget& shared_;
  int total_ = 0;  // over TCP
  const std::shared_ptr<CallerAccount> local_;
  std::unordered_map<std::string, std::shared_ptr<CallerAccount>> accounts_;
  std::size_t tidy_at_ = 1024;  // number of accounts
};

}  // namespace mega
