// backup_routine(time=None, **args) -> 1
//
// Starts the backups whose policy is due. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::optional<std::string>> time{"time", nullptr, "HH:MM; now"};

const Registered<Function> function{{
    .name = "backup_routine",
    .summary = "Start the backups that are due",
    .params = {time},
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
}};

}  // namespace
}  // namespace mega
