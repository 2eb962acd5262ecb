// The tables of access: join_token, token_use, certificate, revocation.
#include "access/store/access_store.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const AccessStore store(database);
  if (auto rows = store.certificates(State::all, 1); !rows) return fail(rows.error());
  return {};
}

const Registered<Schema> schema{{.name = "access", .probe = probe}};

}  // namespace
}  // namespace mega
