// get_instance(model=None, ip=None, port=3306) -> ({id, name, server_id, ip, port, ...}, code)
//
// One database instance. Errors: invalid_argument without ip, not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<std::optional<Address>> ip{"ip", nullptr, "address of its server; must be given"};
const Param<Port> port{"port", 3306, "port of the instance"};

Result<Value> get_instance(Context& context, const Args& args) {
  const auto address = args[ip];
  if (!address) return fail(Errc::invalid_argument, "get_instance needs ip, the server's address");
  const std::int64_t number = args[port].number;
  return one(context[inventory].instance(address->text, number),
             [&] { return "instance " + address_and_port(address->text, number); });
}

const Registered<Function> function{{
    .name = "get_instance",
    .summary = "Show one database instance",
    .params = {model, ip, port},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .quick = true,
    .example = "mega call get_instance ip=10.0.0.1 port=3306",
    .detail = "A row as in get_all_instance.",
    .run = get_instance,
}};

}  // namespace
}  // namespace mega
