// get_all_script() -> ([{name, version, ...}, ...], code)
//
// The scripts that the server keeps for the hosts. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/script_store.h"

namespace mega {
namespace {

const Service<ScriptStore> script_store{"scripts"};

Result<Value> get_all_script(Context& context, const Args&) {
  return all(context[script_store].scripts());
}

const Registered<Function> function{{
    .name = "get_all_script",
    .summary = "List the scripts that the server keeps for the hosts",
    .params = {},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_script",
    .detail = "Rows: name, version, bytes, digest (SHA-256, in hex), added, added_by.",
    .run = get_all_script,
}};

}  // namespace
}  // namespace mega
