// The plan that makes a server's inventory match a file: differences to print, and steps, which are
// calls in an order in which each one can succeed.
//
//   owners, businesses, servers, instances: added, changed, brought online
//   masters of instances, after all instances are added
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
  std::string place;  // "fleet.csv:12"; empty: the file does not have the record
  std::size_t steps = 0;
};

struct Step {
  std::size_t difference = 0;  // index of its difference
  std::string function;
  CallArguments arguments;
  std::string master;  // "10.0.0.1:3306": its id goes into instance_master before the call
};

struct Plan {
  std::vector<Difference> differences;  // by kind, then key
  std::vector<Step> steps;              // in execution order
};

// `remove`: take records offline that the file does not have. Errors: invalid_argument for a master
// that neither the file nor the server has, with its place; those of check_outcome().
Result<Plan> plan_changes(const InventoryModel& wanted, const InventoryModel& current, bool remove);

}  // namespace mega
