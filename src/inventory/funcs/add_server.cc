// add_server(ip, **args) -> code
//
// Adds a server, or brings an offline one back. Errors: unavailable (store).
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

Result<Value> add_server(Context& context, const Args& args) {
  ServerChange change = server_change(Change::add, args);
  change.may_confirm = who_may_confirm(context.caller, context.find(networks));
  return done(context[inventory].add_server(context.author, args[ip].text, change));
}

const Registered<Function> function{{
    .name = "add_server",
    .summary = "Bring a server under management",
    .params = {ip},
    .keywords = server_keywords(Change::add),
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call add_server ip=10.0.0.1 server_name=db1 server_tags=env=prod",
    .detail =
        "One that was deleted comes back\n"
        "with its history; of one that is there what is given is changed. A\n"
        "tag daemon=legacy that the caller may not set (setting legacy.daemons) gets the tag\n"
        "daemon.unconfirmed, and the server does not dial.",
    .run = add_server,
}};

}  // namespace
}  // namespace mega
