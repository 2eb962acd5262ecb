// get_all_backup() -> ([{...}, ...], code)
//
// The newest backup of every instance. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Registered<Function> function{{
    .name = "get_all_backup",
    .summary = "List the newest backup of every instance",
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
}};

}  // namespace
}  // namespace mega
