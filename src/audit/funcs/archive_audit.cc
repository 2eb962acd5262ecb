// archive_audit(before, file) -> {rows, first_id, last_id, hash, file}
//
// Moves old rows of the audit into a file on the server's host. Errors: invalid_argument,
// already_exists, findings (a broken chain), failed (disk).
#include "api/function.h"
#include "audit/audit_store.h"

namespace mega {
namespace {

const Service<AuditStore> audit_store{"audit"};

const Param<Time> before{"before", "rows older than that go"};
const Param<std::string> file{"file", "a new file on the server's host, as an absolute path"};

Result<Value> archive_audit(Context& context, const Args& args) {
  const auto archive = context[audit_store].archive_audit(context.author, args[before], args[file]);
  if (!archive) return fail(archive.error());
  return Value(Map{{"rows", archive->rows},
                   {"first_id", archive->first_id},
                   {"last_id", archive->last_id},
                   {"hash", archive->hash},
                   {"file", archive->file}});
}

const Registered<Function> function{{
    .name = "archive_audit",
    .summary = "Move old rows of the audit into a file",
    .params = {before, file},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call archive_audit before=2026-01-01 file=/srv/audit/2025.jsonl",
    .detail = "The file is on disk before the rows go, and the chain goes on where it ends. Cut "
              "short, the same\n"
              "call again finishes it. A broken chain is not archived. rows is 0 when nothing is "
              "old enough;\n"
              "then there is no file.",
    .run = archive_audit,
}};

}  // namespace
}  // namespace mega
