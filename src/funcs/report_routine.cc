// report_routine(time=None) -> 1
//
// Sends the daily mail at its hour.
// Comes with a later release.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::optional<std::string>> time{"time", nullptr, "HH:MM; now"};

const Registered<Function> function{{
    .name = "report_routine",
    .summary = "Send the daily mail when it is due",
    .params = {time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
}};

}  // namespace
}  // namespace mega
