// add_owner(name, comment='', id=0) -> id
//
// Gives a name to an owner, which other records know by id only. Errors: already_exists (the id has
// another name), unavailable (store).
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Name> name{"name", "its name"};
const Param<std::string> comment{"comment", "", "free text"};
const Param<Natural> id{"id", 0, "its id; 0: the next free one"};

Result<Value> add_owner(Context& context, const Args& args) {
  const auto given = context[inventory].add_owner(
      context.author, {.id = args[id].number, .name = args[name].text, .comment = args[comment]});
  if (!given) return fail(given.error());
  return Value(*given);
}

const Registered<Function> function{{
    .name = "add_owner",
    .summary = "Give an owner a name",
    .params = {name, comment, id},
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call add_owner name=dba",
    .detail = "Answers the id, which servers, instances and databases name; of a name\n"
              "that is there what is given is changed.",
    .run = add_owner,
}};

}  // namespace
}  // namespace mega
