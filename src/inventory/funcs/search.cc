// search(what, where='', stat=0, count=0) -> ([{...}, ...], code)
//
// The rows of the inventory that a condition selects. Errors: invalid_argument with a caret under
// the mistake in `where`, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::string> what{"what", "server, instance or database"};
const Param<std::string> where{"where", "", "the condition; empty: all", BytesMax{1 << 20}};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> search(Context& context, const Args& args) {
  return all(context[inventory].search(args[what], args[where], args[stat], args[count].number,
                                       context.parts));
}

const Registered<Function> function{{
    .name = "search",
    .summary = "Search the inventory with a condition",
    .params = {what, where, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call search what=instance where='role=slave and version~10.11'",
    .detail =
        "Rows as in the list of their kind, then cluster, site, tags. The condition compares "
        "columns\n"
        "and tags: `role=slave and version~10.11 and cluster=orders and tag.env=prod`. Tests are "
        "FIELD=VALUE,\n"
        "!=, <, <=, >, >=, ~ (contains), !~, in (A, B) and tag.NAME, joined by and, or, not "
        "and parentheses;\n"
        "`mega help conditions` explains them.",
    .run = search,
}};

}  // namespace
}  // namespace mega
