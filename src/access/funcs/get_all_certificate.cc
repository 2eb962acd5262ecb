// get_all_certificate(model=None, stat=0, count=0) -> ([{name, role, ...}, ...], code)
//
// The hosts and users that have joined. Errors: unavailable (store).
#include "access/store/access_store.h"
#include "api/answers.h"
#include "api/function.h"

namespace mega {
namespace {

const Service<AccessStore> access_store{"certificates and tokens"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 those that count, 2 expired and revoked ones"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_certificate(Context& context, const Args& args) {
  return all(context[access_store].certificates(args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_certificate",
    .summary = "List who has joined, with the newest certificate of each",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_certificate stat=1",
    .detail = "Rows: name, role, address (where it was last asked for), serial, issued, until, "
              "revoked (None\n"
              "while it is not), state (valid, expired, revoked).",
    .run = get_all_certificate,
}};

}  // namespace
}  // namespace mega
