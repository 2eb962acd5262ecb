// The tables of the inventory: server, instance, databases, their tags, user, business.
#include "inventory/store/inventory.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const Inventory store(database);
  for (const char* what : {"server", "instance", "database"}) {
    if (auto rows = store.search(what, "", State::all, 1); !rows) return fail(rows.error());
  }
  for (const auto& rows : {store.owners(), store.businesses()}) {
    if (!rows) return fail(rows.error());
  }
  return {};
}

const Registered<Schema> schema{{.name = "inventory", .probe = probe}};

}  // namespace
}  // namespace mega
