// Writing to the store: one transaction holds a change and its audit rows.
//
// The audit has one row for each record that a call changed, written in the transaction of the
// call, and one for each refused call. Rows are chained (chain.h) and only ever added, until the
// oldest are moved into a file (archive.h).
#pragma once

#include "audit/chain.h"
#include "base/result.h"
#include "sql/database.h"
#include "trust/author.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// A change in progress.
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

// The results of audit rows of calls that were not refused.
inline constexpr std::string_view audit_done = "done";
inline constexpr std::string_view audit_scheduled = "scheduled";  // to be made later

// Adds an audit row. `before` is nullopt for a new record. Both texts are JSON objects.
Result<void> add_audit_row(Writing& writing, const std::optional<std::string>& before,
                           const std::string& after, std::string_view result = audit_done);

// All columns of a row, in the order that audit_row_at() expects.
inline constexpr std::string_view audit_columns =
    "id, time, who, door, peer, `function`, args, `before`, `after`, result, hash";

// The row at the cursor; nullopt: a cell has a type that mega does not write.
std::optional<AuditRow> audit_row_at(const Cursor& cursor);

// The last archived row; all rows up to it are in files.
Result<ChainHead> archived_head(Connection& connection);

}  // namespace mega
