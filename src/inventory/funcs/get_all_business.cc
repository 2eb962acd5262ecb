// get_all_business(model=None, stat=0, count=0) -> ([{id, name, comment, stat}, ...], code)
//
// The businesses that have a name. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/funcs/selected.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_business(Context& context, const Args& args) {
  return all(selected(context[inventory].businesses(), args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_business",
    .summary = "List the businesses that have a name",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_business",
    .detail = "Rows: id, name, comment, stat.",
    .run = get_all_business,
}};

}  // namespace
}  // namespace mega
