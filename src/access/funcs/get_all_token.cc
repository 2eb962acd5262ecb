// get_all_token(model=None, count=0) -> ([{id, role, name, ...}, ...], code)
//
// The join tokens that can still be spent. Errors: unavailable (store).
#include "access/store/access_store.h"
#include "api/answers.h"
#include "api/function.h"

namespace mega {
namespace {

const Service<AccessStore> access_store{"certificates and tokens"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_token(Context& context, const Args& args) {
  return all(context[access_store].open_tokens(args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_token",
    .summary = "List the join tokens that can still be spent",
    .params = {model, count},
    .permission = Permission::admin,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_token",
    .detail = "Rows: id, role, name (empty: the joining host or user chooses one), expires, "
              "uses_left, created,\n"
              "created_by. del_token withdraws one.",
    .run = get_all_token,
}};

}  // namespace
}  // namespace mega
