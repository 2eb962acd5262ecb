// What a Store is made of, and how its methods write: one transaction with its audit rows.
#pragma once

#include "sql/connections.h"
#include "hosts/store/pending_heartbeats.h"
#include "sql/database.h"

#include <mutex>
#include <string>

namespace mega {

// One change in progress: what every rule of the inventory gets.
struct Writing {
  Connection& connection;
  const Author& author;
  Time now;
};

struct Store::Parts {
  const Clock& clock;
  std::string file;  // empty: in memory
  mutable Connections connections;
  mutable PendingHeartbeats heartbeats{};
  std::mutex archiving{};  // one archive of the audit at a time

  // Runs `work` in a write transaction; commits when it succeeds, leaves nothing behind when not.
  template <class Work>
  auto write(const Author& author, Work work) const -> decltype(work(std::declval<Writing&>())) {
    const auto lease = connections.write();
    auto transaction = Transaction::begin(*lease, Transaction::Kind::write);
    if (!transaction) return fail(transaction.error());
    Writing writing{*lease, author, clock.now()};
    auto result = work(writing);
    if (!result) return result;
    if (auto committed = transaction->commit(); !committed) return fail(committed.error());
    return result;
  }
};

// Those that nobody came for. Requires: the folder's lock is held.
void remove_copies(const std::string& folder);

// What LIMIT gets for "the first n, 0: all". Errors: invalid_argument for a negative number.
Result<std::int64_t> checked_limit(std::int64_t limit);

}  // namespace mega
