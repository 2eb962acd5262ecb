// How a module writes to the store: one transaction that holds a change and its audit rows.
//
// The audit has one row for each record that a call changed, in the call's own transaction, and one
// for each call that was refused. Rows are chained (chain.h) and only ever added, until the oldest
// are moved into a file (archive.h).
#pragma once

#include "audit/chain.h"
#include "base/result.h"
#include "sql/database.h"
#include "trust/author.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// One change in progress.
struct Writing {
  Connection& connection;
  const Author& author;
  Time now;
};

// Runs `work` in a write transaction; commits when it succeeds, rolls back when it fails.
template <class Work>
auto write(Database& database, const Author& author, Work work)
    -> decltype(work(std::declval<Writing&>())) {
  const auto lease = database.write();
  auto transaction = Transaction::begin(*lease, Transaction::Kind::write);
  if (!transaction) return fail(transaction.error());
  Writing writing{*lease, author, database.clock().now()};
  auto result = work(writing);
  if (!result) return result;
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  return result;
}

// `before` is nullopt for a record that is new. Texts are JSON objects.
Result<void> add_audit_row(Writing& writing, const std::optional<std::string>& before,
                           const std::string& after);

// All columns of a row, in the order that audit_row_at() reads.
inline constexpr std::string_view audit_columns =
    "id, time, who, door, peer, `function`, args, `before`, `after`, result, hash";

// The row where the cursor stands; nullopt: a cell is of a kind that mega does not write.
std::optional<AuditRow> audit_row_at(const Cursor& cursor);

// The row that was archived last; all up to it are in files.
Result<ChainHead> archived_head(Connection& connection);

}  // namespace mega
