// Adds the schema and the size of the database to server_status.
#include "api/status.h"
#include "base/registered.h"
#include "sql/database.h"

namespace mega {
namespace {

const Service<Database> database{"database"};

Result<void> add(const Services& services, Map& status) {
  const auto facts = services[database].facts();
  if (!facts) return fail(facts.error());
  status.set("schema", facts->schema);
  status.set("bytes", facts->bytes);
  return {};
}

const Registered<StatusPart> part{{.name = "database", .rank = 10, .add = add}};

}  // namespace
}  // namespace mega
