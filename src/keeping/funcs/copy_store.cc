// copy_store() -> path
//
// A copy of the store in the data folder, from which mega server backup makes a backup. Errors:
// failed (disk).
#include "api/function.h"
#include "keeping/backup.h"
#include "sql/database.h"

namespace mega {
namespace {

const Service<Database> database{"database"};

Result<Value> copy_store(Context& context, const Args&) {
  auto path = copy_beside(context[database]);
  if (!path) return fail(path.error());
  return Value(*std::move(path));
}

const Registered<Function> function{{
    .name = "copy_store",
    .summary = "Copy the store beside it, for mega server backup",
    .permission = Permission::admin,
    .keeps =
        "A file in the data folder, until whoever asked removes it or the server starts again.",
    .shape = Shape::value,
    .internal = true,
    .example = "mega call copy_store",
    .detail = "The path of a SQLite database with all tables as they were at one moment, for the "
              "server's user alone.\n"
              "The store itself is locked while the server runs.",
    .run = copy_store,
}};

}  // namespace
}  // namespace mega
