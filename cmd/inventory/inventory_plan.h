// What has to be done so that a server's inventory says what a file says: differences for people,
// and steps, which are calls in an order in which each one can succeed.
//
//   owners, businesses, servers, instances: added, changed, brought online
//   masters of instances, now that all instances are there
//   databases: added, changed, brought online
//   databases, instances (slaves before their masters), servers, ...: taken offline
#pragma once

#include "cmd/inventory/inventory_model.h"
#include "value/python.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mega {

struct Difference {
  char sign = '~';    // + added, ~ changed, - taken offline
  std::string text;   // "instance 10.0.0.1:3306  role 2 -> 1, version '10.5' -> '10.11'"
  std::string place;  // "fleet.csv:12"; empty: of a record that the file does not have
  std::size_t steps = 0;
};

struct Step {
  std::size_t difference = 0;  // which one it belongs to
  std::string function;
  CallArguments arguments;
  std::string master;  // "10.0.0.1:3306": its id goes into instance_master before the call
};

struct Plan {
  std::vector<Difference> differences;  // by kind, then key
  std::vector<Step> steps;              // in the order in which they are run
};

// `remove`: what the file does not have goes offline. Errors: invalid_argument for a master that
// neither the file nor the server knows, with its place.
Result<Plan> plan_changes(const InventoryModel& wanted, const InventoryModel& current, bool remove);

}  // namespace mega
