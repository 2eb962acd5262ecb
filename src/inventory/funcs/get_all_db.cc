// get_all_db(model=None, stat=0, count=0) -> ([{id, ip, port, ...}, ...], code)
//
// The databases under management, online first, then by address, port and name. Errors: unavailable
// (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_db(Context& context, const Args& args) {
  return all(context[inventory].databases(
      {.state = args[stat], .limit = args[count].number, .parts = context.parts}));
}

const Registered<Function> function{{
    .name = "get_all_db",
    .summary = "List the databases under management",
    .params = {model, stat, count},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_db stat=1",
    .detail =
        "Rows: id, ip, port, name, level, instance_id, business_id, business, owner, owner_name,\n"
        "online_date, stat.",
    .run = get_all_db,
}};

}  // namespace
}  // namespace mega
