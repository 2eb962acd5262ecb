// slowlog_statics_per_hour(v_time) -> 1
//
// The statistics of one hour. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::string> v_time{"v_time", "the hour"};

const Registered<Function> function{{
    .name = "slowlog_statics_per_hour",
    .summary = "Count the slow statements of one hour",
    .params = {v_time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .detail = "Per fingerprint and hour: count, max, avg and min of time and rows. Per instance, "
              "database\n"
              "and day: how many took under 1, 5, 10, 100 s and over.",
}};

}  // namespace
}  // namespace mega
