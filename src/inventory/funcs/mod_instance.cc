// mod_instance(ip, port, **args) -> code
//
// Changes only the given fields; instance_ip and instance_port move the instance. Errors:
// not_found, invalid_argument (an unknown master), already_exists (the new place), refused (stat 0
// while slaves are online), unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/funcs/keywords.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<Address> ip{"ip", "address of the server"};
const Param<Port> port{"port", "port of the instance"};

Result<Value> mod_instance(Context& context, const Args& args) {
  const auto given = check_given(context.caller, args, instance_keywords(Change::mod));
  if (!given) return fail(given.error());
  return done(context[inventory].mod_instance(context.author, args[ip].text, args[port].number,
                                              instance_change(Change::mod, args)));
}

const Registered<Function> function{{
    .name = "mod_instance",
    .summary = "Change a database instance",
    .params = {ip, port},
    .keywords = instance_keywords(Change::mod),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call mod_instance ip=10.0.0.1 port=3306 instance_role=2 instance_master=7",
    .detail =
        "Changes what is given and nothing else: the master stays unless instance_master is\n"
        "given. An address and port that another instance has are `already_exists`. A call of\n"
        "2014 that gives nothing answers 2.",
    .run = mod_instance,
}};

}  // namespace
}  // namespace mega
