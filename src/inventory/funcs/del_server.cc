// del_server(ip) -> code
//
// Takes a server offline: its stat becomes 0, row and history stay. Errors: not_found, refused
// while instances on it are online, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};

Result<Value> del_server(Context& context, const Args& args) {
  return done(context[inventory].del_server(context.author, args[ip].text));
}

const Registered<Function> function{{
    .name = "del_server",
    .summary = "Take a server out of management",
    .params = {ip},
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_server ip=10.0.0.1",
    .detail =
        "Sets its stat to 0; the row and its history stay. Refused while instances on it are\n"
        "online.",
    .run = del_server,
}};

}  // namespace
}  // namespace mega
