// mod_owner(id, name=None, comment=None, stat=None) -> code
//
// Changes only the given fields of an owner. Errors: not_found, already_exists (the name),
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "api/unwrapped.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Natural> id{"id", "its id"};
const Param<std::optional<Name>> name{"name", nullptr, "new name"};
const Param<std::optional<std::string>> comment{"comment", nullptr, "new text"};
const Param<std::optional<bool>> stat{"stat", nullptr, "1 online, 0 offline"};

Result<Value> mod_owner(Context& context, const Args& args) {
  return done(context[inventory].mod_owner(
      context.author, args[id].number,
      {.name = text_of(args[name]), .comment = args[comment], .stat = number_of(args[stat])}));
}

const Registered<Function> function{{
    .name = "mod_owner",
    .summary = "Change an owner",
    .params = {id, name, comment, stat},
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call mod_owner id=2 name=dba",
    .run = mod_owner,
}};

}  // namespace
}  // namespace mega
