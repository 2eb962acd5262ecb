// del_instance(ip, port) -> code
//
// Takes an instance offline: its stat becomes 0, row and history stay. Errors: not_found, refused
// for a master with online slaves, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};
const Param<Port> port{"port", "port of the instance"};

Result<Value> del_instance(Context& context, const Args& args) {
  return done(context[inventory].del_instance(context.author, args[ip].text, args[port].number));
}

const Registered<Function> function{{
    .name = "del_instance",
    .summary = "Take a database instance out of management",
    .params = {ip, port},
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_instance ip=10.0.0.1 port=3306",
    .detail = "Sets its stat to 0; the row and its history stay. Refused for a master with online\n"
              "slaves.",
    .run = del_instance,
}};

}  // namespace
}  // namespace mega
