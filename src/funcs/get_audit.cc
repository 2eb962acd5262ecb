// get_audit(count=100) -> ([{id, time, who, ...}, ...], code)
//
// The newest changes, newest first. Errors: unavailable (store).
#include "api/function.h"
#include "funcs/answers.h"

namespace mega {
namespace {

const Param<Natural> count{"count", 100, "the newest so many; 0: all"};

Result<Value> get_audit(Context& context, const Args& args) {
  return all(context.store.audit(args[count].number));
}

const Registered<Function> function{{
    .name = "get_audit",
    .summary = "List the newest changes",
    .params = {count},
    .permission = Permission::admin,
    .shape = Shape::data_and_code,
    .example = "mega call get_audit count=20",
    .detail = "Rows: id, time, who, door, peer, function, args, before, after, result.",
    .run = get_audit,
}};

}  // namespace
}  // namespace mega
