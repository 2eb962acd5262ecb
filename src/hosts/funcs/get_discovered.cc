// get_discovered(model=None, where='', count=0) -> ([{state, ip, port, ...}, ...], code)
//
// The differences between the inventory and the instances that run on the hosts. Errors:
// invalid_argument with a caret under the mistake in `where`, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "hosts/store/host_store.h"

namespace mega {
namespace {

const Service<HostStore> host_store{"hosts"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<std::string> where{"where", "", "a condition on the columns; empty: all"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_discovered(Context& context, const Args& args) {
  return all(context[host_store].discovered(args[where], args[count].number));
}

const Registered<Function> function{{
    .name = "get_discovered",
    .summary = "List where the inventory and what runs on the hosts differ",
    .params = {model, where, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_discovered where='state=found'",
    .detail = "Rows: state, ip, port, client (the host), db_type, version, known_version (the "
              "inventory's), socket,\n"
              "data_folder, since. States: found (runs, and is not in the inventory), offline "
              "(runs, and was taken out\n"
              "of it), vanished (is in it, and does not run), version (runs another one than the "
              "inventory says),\n"
              "contained (runs in the network of a container, where others may not reach it).",
    .run = get_discovered,
}};

}  // namespace
}  // namespace mega
