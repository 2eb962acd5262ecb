// slowlog_routine(time=None) -> 1
//
// Starts the collection of slow logs. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::optional<std::string>> time{"time", nullptr, "HH:MM; now"};

const Registered<Function> function{{
    .name = "slowlog_routine",
    .summary = "Start the collection of slow logs",
    .params = {time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .detail = "On every online instance whose slowlog is 1.",
}};

}  // namespace
}  // namespace mega
