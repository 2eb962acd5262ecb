// The audit: one row for each record that a call changed, in the call's own transaction, and one
// for each call that was refused. Rows are chained (audit_chain.h) and only ever added, until old
// ones are moved into a file (audit_archive.h).
#pragma once

#include "base/result.h"
#include "audit/chain.h"
#include "audit/writing.h"

#include <optional>
#include <string>

namespace mega {

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
