// Brings the inventory of a server to what a file says.
#pragma once

#include "cmd/inventory/inventory_plan.h"
#include "net/client.h"

#include <functional>

namespace mega {

// Called for each difference once it is no more. Its error ends the work.
using DifferencePrinter = std::function<Result<void>(const Difference&)>;

// plan_changes against what the server has now. Errors: of fetch_inventory and plan_changes.
Result<Plan> plan_for_server(Asker& asker, const InventoryModel& wanted, bool remove);

// Runs the steps of `plan` (from plan_for_server), looks again, and runs what still differs.
// Errors: of the step that failed, with what was done and what was begun; failed when records of
// `wanted` undo each other.
Result<void> apply_plan(Asker& asker, Plan plan, const InventoryModel& wanted, bool remove,
                        const DifferencePrinter& print);

}  // namespace mega
