// mod_server(ip, **args) -> code
//
// Changes only the given fields; server_ip also moves the server's instances. Errors:
// not_found, already_exists (the new address), refused (stat 0 while instances are online),
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/funcs/keywords.h"
#include "inventory/server/daemon_networks.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};
const Service<const DaemonNetworks> networks{"networks of daemons of 2014"};

const Param<Address> ip{"ip", "address of the server"};

Result<Value> mod_server(Context& context, const Args& args) {
  const auto given = check_given(context.caller, args, server_keywords(Change::mod));
  if (!given) return fail(given.error());
  ServerChange change = server_change(Change::mod, args);
  change.may_confirm = who_may_confirm(context.caller, context.find(networks));
  return done(context[inventory].mod_server(context.author, args[ip].text, change));
}

const Registered<Function> function{{
    .name = "mod_server",
    .summary = "Change a server",
    .params = {ip},
    .keywords = server_keywords(Change::mod),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call mod_server ip=10.0.0.1 server_ip=10.0.0.9",
    .detail = "Changes what is given and nothing else. A new address moves its instances along;\n"
              "an address that another server has is `already_exists`. A call of 2014 that gives\n"
              "nothing answers 2.",
    .run = mod_server,
}};

}  // namespace
}  // namespace mega
