// Selects owners or businesses by state: their lists are short and the store returns all of them.
#pragma once

#include "base/result.h"
#include "inventory/store/model.h"
#include "value/value.h"

#include <cstdint>

namespace mega {

// The first `limit` (0: all) of `rows` (id, name, comment, stat) in that state. Errors: those
// of `rows`.
Result<Rows> selected(Result<Rows> rows, State state, std::int64_t limit);

}  // namespace mega
