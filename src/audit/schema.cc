// The tables of the audit: audit, audit_archive.
#include "audit/audit_store.h"
#include "audit/writing.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace mega {
namespace {

Result<void> probe(Database& database) {
  const AuditStore store(database);
  if (auto rows = store.audit(1); !rows) return fail(rows.error());
  if (auto head = archived_head(*database.read()); !head) return fail(head.error());
  return {};
}

const Registered<Schema> schema{{.name = "audit", .probe = probe}};

}  // namespace
}  // namespace mega
