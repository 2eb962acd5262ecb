// del_database(ip, port, db) -> code
//
// Takes a database offline: its stat becomes 0, row and history stay. Errors: not_found,
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};
const Param<Port> port{"port", "port of the instance"};
const Param<Name> db{"db", "name of the database"};

Result<Value> del_database(Context& context, const Args& args) {
  return done(context[inventory].del_database(context.author, args[ip].text, args[port].number,
                                              args[db].text));
}

const Registered<Function> function{{
    .name = "del_database",
    .summary = "Take a database out of management",
    .params = {ip, port, db},
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_database ip=10.0.0.1 port=3306 db=orders",
    .detail = "Sets its stat to 0; the row and its history stay.",
    .run = del_database,
}};

}  // namespace
}  // namespace mega
