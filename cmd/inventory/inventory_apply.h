// Changes the inventory of a server to match a file.
#pragma once

#include "cmd/inventory/inventory_plan.h"
#include "net/client.h"

#include <functional>

namespace mega {

// Called for each difference once it is applied. An error ends apply_plan().
using DifferencePrinter = std::function<Result<void>(const Difference&)>;

// plan_changes() against the server's current inventory.
// Errors: of fetch_inventory() and plan_changes().
Result<Plan> plan_for_server(Asker& asker, const InventoryModel& wanted, bool remove);

// Runs the steps of `plan` (from plan_for_server()), compares again, and runs the steps that
// remain. Errors: of the step that failed, with the differences done and begun; failed when records
// of `wanted` undo each other.
Result<void> apply_plan(Asker& asker, Plan plan, const InventoryModel& wanted, bool remove,
                        const DifferencePrinter& print);

}  // namespace mega
