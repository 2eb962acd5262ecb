// get_all_instance(model=None, stat=0, count=0, role=None)
//     -> ([{id, name, server_id, ip, ...}, ...], code)
//
// The database instances under management: online first, then by address and port. Errors:
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "api/unwrapped.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};
const Param<std::optional<InstanceRole>> role{"role", nullptr, "1 master, 2 slave, 3 single"};

Result<Value> get_all_instance(Context& context, const Args& args) {
  return all(context[inventory].instances({.state = args[stat],
                                           .role = number_of(args[role]),
                                           .limit = args[count].number,
                                           .parts = context.parts}));
}

const Registered<Function> function{{
    .name = "get_all_instance",
    .summary = "List the database instances under management",
    .params = {model, stat, count, role},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_instance \"model='backup',stat=1,role=1\"",
    .detail =
        "Rows: id, name, server_id, ip, port, owner, owner_id, level, business_id, business,\n"
        "db_type, ha_type, role, version, master_id, slowlog, stat, online_date. Online ones come\n"
        "first, then by ip and port. Without role: all roles.",
    .run = get_all_instance,
}};

}  // namespace
}  // namespace mega
