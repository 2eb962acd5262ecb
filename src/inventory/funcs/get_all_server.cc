// get_all_server(model=None, stat=0, count=0) -> ([{id, ip, name, ...}, ...], code)
//
// The servers under management, online first, then by address. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_server(Context& context, const Args& args) {
  return all(context[inventory].servers(
      {.state = args[stat], .limit = args[count].number, .parts = context.parts}));
}

const Registered<Function> function{{
    .name = "get_all_server",
    .summary = "List the servers under management",
    .params = {model, stat, count},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_server stat=1",
    .detail = "Rows: id, ip, name, os, stat, type, plant, owner, owner_name, online_date.",
    .run = get_all_server,
}};

}  // namespace
}  // namespace mega
