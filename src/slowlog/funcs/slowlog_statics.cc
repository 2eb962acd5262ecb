// slowlog_statics(time=None) -> 1
//
// Computes missing fingerprints of statements, then the statistics of the hour. Not
// implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::optional<std::string>> time{"time", nullptr, "HH:MM; now"};

const Registered<Function> function{{
    .name = "slowlog_statics",
    .summary = "Give fingerprints to slow statements and count them",
    .params = {time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
}};

}  // namespace
}  // namespace mega
