// mod_database(ip, port, db, **args) -> code
//
// Changes only the given fields; database_name renames the database. Errors: not_found,
// already_exists (the new name), unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/funcs/keywords.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};
const Param<Port> port{"port", "port of the instance"};
const Param<Name> db{"db", "name of the database"};

Result<Value> mod_database(Context& context, const Args& args) {
  const auto given = check_given(context.caller, args, database_keywords(Change::mod));
  if (!given) return fail(given.error());
  return done(context[inventory].mod_database(context.author, args[ip].text, args[port].number,
                                              args[db].text, database_change(Change::mod, args)));
}

const Registered<Function> function{{
    .name = "mod_database",
    .summary = "Change a database",
    .params = {ip, port, db},
    .keywords = database_keywords(Change::mod),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call mod_database ip=10.0.0.1 port=3306 db=orders database_level=2",
    .detail =
        "Changes what is given and nothing else. A name that another database of the instance\n"
        "has is `already_exists`. A call of 2014 that gives nothing answers 2.",
    .run = mod_database,
}};

}  // namespace
}  // namespace mega
