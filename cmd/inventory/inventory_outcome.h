// The inventory as a plan would leave it, and the changes to it that the server refuses.
#pragma once

#include "cmd/inventory/inventory_model.h"

namespace mega {

// Checks that nothing online is left below what goes offline: instances on their server, slaves at
// their master. `remove`: as for plan_changes(). Errors: refused, with the place in the file, like
// the server's own answer to the call that would fail.
Result<void> check_outcome(const InventoryModel& wanted, const InventoryModel& current,
                           bool remove);

}  // namespace mega
