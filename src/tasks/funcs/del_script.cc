// del_script(name) -> 0
//
// Removes a script from the server; hosts then refuse to run their copies. Errors: not_found;
// unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "tasks/store/script_store.h"

namespace mega {
namespace {

const Service<ScriptStore> script_store{"scripts"};

const Param<std::string> name{"name", "of the script"};

Result<Value> del_script(Context& context, const Args& args) {
  return done(context[script_store].del_script(context.author, args[name]));
}

const Registered<Function> function{{
    .name = "del_script",
    .summary = "Keep a script for the hosts no longer",
    .params = {name},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_script name=disk.sh",
    .detail = "Hosts that have a copy of it do not run that any more. A script of that name that "
              "was placed\n"
              "on a host by hand is that host's own.",
    .run = del_script,
}};

}  // namespace
}  // namespace mega
