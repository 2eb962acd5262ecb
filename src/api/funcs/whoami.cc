// whoami() -> {name, role, door, peer, version}
//
// The caller's identity as the server sees it. Errors: none.
#include "api/function.h"

namespace mega {
namespace {

Result<Value> whoami(Context& context, const Args&) {
  const Caller& caller = context.caller;
  return Value(Map{{"name", caller.name},
                   {"role", name_of(caller.role)},
                   {"door", name_of(caller.door)},
                   {"peer", caller.peer},
                   {"version", MEGA_VERSION}});
}

const Registered<Function> function{{
    .name = "whoami",
    .summary = "Tell who the caller is to the server",
    .permission = Permission::self,
    .shape = Shape::value,
    .quick = true,
    .example = "mega call whoami",
    .detail = "A map: name, role, door and peer of the caller, and the server's version.",
    .run = whoami,
}};

}  // namespace
}  // namespace mega
