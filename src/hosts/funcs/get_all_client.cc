// get_all_client(model=None, stat=0, count=0) -> ([{name, ip, online, ...}, ...], code)
//
// The hosts whose daemons have reported, by name. Errors: unavailable (store).
#include "api/function.h"
#include "hosts/funcs/client_state.h"
#include "hosts/store/host_store.h"

namespace mega {
namespace {

const Service<HostStore> host_store{"hosts"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 online, 2 offline"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_client(Context& context, const Args& args) {
  const auto clients = context[host_store].clients();
  if (!clients) return fail(clients.error());
  return Value(client_rows(context, *clients, args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_client",
    .summary = "List the hosts whose daemons have reported",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_client stat=2",
    .detail = "Rows: name, ip, online (its daemon has a connection; one of 2014: it has called "
              "lately), version,\n"
              "last_heartbeat, drift (in what way it is not as it should be), instances (how many "
              "run there), uptime,\n"
              "os, kernel, clock_offset (seconds ahead of the server), host_name, first_seen.",
    .run = get_all_client,
}};

}  // namespace
}  // namespace mega
