// add_instance(ip, port, **args) -> code
//
// Adds an instance, and its server when that is missing. Errors: invalid_argument (an unknown
// master), unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/funcs/keywords.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};
const Param<Port> port{"port", "port of the instance"};

Result<Value> add_instance(Context& context, const Args& args) {
  return done(context[inventory].add_instance(context.author, args[ip].text, args[port].number,
                                              instance_change(Change::add, args)));
}

const Registered<Function> function{{
    .name = "add_instance",
    .summary = "Bring a database instance under management",
    .params = {ip, port},
    .keywords = instance_keywords(Change::add),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example =
        "mega call add_instance ip=10.0.0.1 port=3306 instance_role=1 instance_version=10.11",
    .detail = "Adds the server when it is missing. One that was deleted comes back\n"
              "with its history; of one that is there what is given is changed.",
    .run = add_instance,
}};

}  // namespace
}  // namespace mega
