// get_server(model=None, ip=None) -> ({id, ip, name, ...}, code)
//
// One server. Errors: invalid_argument without ip, not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<std::optional<Address>> ip{"ip", nullptr, "address of the server; must be given"};

Result<Value> get_server(Context& context, const Args& args) {
  const auto address = args[ip];
  if (!address) return fail(Errc::invalid_argument, "get_server needs ip, the server's address");
  return one(context[inventory].server(address->text), [&] { return "server " + address->text; });
}

const Registered<Function> function{{
    .name = "get_server",
    .summary = "Show one server",
    .params = {model, ip},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .quick = true,
    .example = "mega call get_server ip=10.0.0.1",
    .detail = "A row as in get_all_server.",
    .run = get_server,
}};

}  // namespace
}  // namespace mega
