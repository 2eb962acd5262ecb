// The tables of hosts: client, client_instance.
#include "hosts/store/host_store.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const HostStore store(database);
  if (auto rows = store.clients(); !rows) return fail(rows.error());
  return {};
}

const Registered<Schema> schema{{.name = "hosts", .probe = probe}};

}  // namespace
}  // namespace mega
