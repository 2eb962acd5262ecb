// add_database(ip, port, db, **args) -> code
//
// Adds a database, and its instance and server when they are missing. Errors: unavailable (store).
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

Result<Value> add_database(Context& context, const Args& args) {
  return done(context[inventory].add_database(context.author, args[ip].text, args[port].number,
                                              args[db].text, database_change(Change::add, args)));
}

const Registered<Function> function{{
    .name = "add_database",
    .summary = "Bring a database under management",
    .params = {ip, port, db},
    .keywords = database_keywords(Change::add),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call add_database ip=10.0.0.1 port=3306 db=orders",
    .detail =
        "Adds instance and server when they are missing. A name is unique within its instance;\n"
        "of one that is there what is given is changed.",
    .run = add_database,
}};

}  // namespace
}  // namespace mega
