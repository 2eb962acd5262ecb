// client_upgrade(host_list=None) -> list
//
// The newest release that the caller may have, or the upgrade of hosts. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<Value> host_list{"host_list", nullptr, "addresses of hosts"};

const Registered<Function> function{{
    .name = "client_upgrade",
    .summary = "Give out the newest release, or upgrade hosts",
    .params = {host_list},
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .host_param = host_list.name,
    .shape = Shape::value,
}};

}  // namespace
}  // namespace mega
