// failover(group_name, old_master, new_master, method, time) -> code
//
// Promotes new_master. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<Name> group_name{"group_name", "the group of instances"};
const Param<std::string> old_master{"old_master", "ip:port"};
const Param<std::string> new_master{"new_master", "ip:port"};
const Param<std::string> method{"method", "ONLINE (planned) or ENFORCE (the master is gone)"};
const Param<Value> time{"time", "when; 0: now"};

const Registered<Function> function{{
    .name = "failover",
    .summary = "Make another instance the master",
    .params = {group_name, old_master, new_master, method, time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .endpoint_params = {old_master.name, new_master.name},
    .shape = Shape::code,
}};

}  // namespace
}  // namespace mega
