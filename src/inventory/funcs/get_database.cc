// get_database(model=None, ip=None, port=3306, db=None) -> ({id, ip, port, name, ...}, code)
//
// One database. Errors: invalid_argument without ip or db, not_found, unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "inventory/store/inventory.h"

namespace mega {
namespace {

const Service<Inventory> inventory{"inventory"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<std::optional<Address>> ip{"ip", nullptr, "address of its server; must be given"};
const Param<Port> port{"port", 3306, "port of the instance"};
const Param<std::optional<Name>> db{"db", nullptr, "name of the database; must be given"};

Result<Value> get_database(Context& context, const Args& args) {
  const auto address = args[ip];
  const auto name = args[db];
  if (!address) return fail(Errc::invalid_argument, "get_database needs ip, the server's address");
  if (!name) return fail(Errc::invalid_argument, "get_database needs db, the database's name");
  const std::int64_t number = args[port].number;
  return one(context[inventory].database(address->text, number, name->text), [&] {
    return fmt::format("database {} at {}", name->text, address_and_port(address->text, number));
  });
}

const Registered<Function> function{{
    .name = "get_database",
    .summary = "Show one database",
    .params = {model, ip, port, db},
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .quick = true,
    .example = "mega call get_database ip=10.0.0.1 port=3306 db=orders",
    .detail = "A row as in get_all_db.",
    .run = get_database,
}};

}  // namespace
}  // namespace mega
