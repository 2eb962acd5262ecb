// get_client(name) -> {name, ip, online, ..., disks, instances}
//
// Everything that the daemon of a host has reported. Errors: not_found, unavailable (store).
#include "api/function.h"
#include "base/text.h"
#include "hosts/funcs/client_state.h"
#include "hosts/store/host_store.h"

namespace mega {
namespace {

const Service<HostStore> host_store{"hosts"};

const Param<Name> name{"name", "of its certificate, or its address"};

Result<Value> get_client(Context& context, const Args& args) {
  const std::string wanted = args[name].text;
  const auto client = context[host_store].client(wanted);
  if (!client) return fail(client.error());
  if (!*client) return fail(Errc::not_found, "no host {} has sent a heartbeat", quoted(wanted));
  auto instances = context[host_store].client_instances(wanted);
  if (!instances) return fail(instances.error());
  return Value(client_map(context, **client, *std::move(instances)));
}

const Registered<Function> function{{
    .name = "get_client",
    .summary = "Show what a host's daemon has reported",
    .params = {name},
    .permission = Permission::read,
    .shape = Shape::value,
    .example = "mega call get_client name=db1 -o yaml",
    .detail = "A map: what get_all_client lists, then cpus, load, memory, disks and addresses of "
              "the host, and of each\n"
              "instance that runs there port (0: none), socket, data_folder, db_type, version, "
              "version_text, contained\n"
              "(1: in the network of a container), first_seen.",
    .run = get_client,
}};

}  // namespace
}  // namespace mega
