// del_client(name) -> code
//
// Deletes a host that no longer exists. Errors: not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "hosts/store/host_store.h"

namespace mega {
namespace {

const Service<HostStore> host_store{"hosts"};

const Param<Name> name{"name", "of its certificate; of a host of 2014 its address"};

Result<Value> del_client(Context& context, const Args& args) {
  return done(context[host_store].del_client(context.author, args[name].text));
}

const Registered<Function> function{{
    .name = "del_client",
    .summary = "Forget what a host's daemon has reported",
    .params = {name},
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_client name=db1",
    .detail = "For hosts that are gone. It is back with its next heartbeat; to keep it out revoke "
              "its certificate.",
    .run = del_client,
}};

}  // namespace
}  // namespace mega
