// The audit: one row for each record that a call changed, in the call's own transaction.
// Rows are only ever added.
#pragma once

#include "base/result.h"
#include "store/parts.h"

#include <optional>
#include <string>

namespace mega {

// `before` is nullopt for a record that is new. Texts are JSON objects.
Result<void> add_audit_row(Writing& writing, const std::optional<std::string>& before,
                           const std::string& after);

}  // namespace mega
