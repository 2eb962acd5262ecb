// del_token(id) -> code
//
// Withdraws a join token. Errors: not_found for a token that cannot be spent any more; unavailable
// (store).
#include "access/store/access_store.h"
#include "api/function.h"

namespace mega {
namespace {

const Service<AccessStore> access_store{"certificates and tokens"};

const Param<Natural> id{"id", "of get_all_token"};

Result<Value> del_token(Context& context, const Args& args) {
  const auto done = context[access_store].withdraw_token(context.author, args[id].number);
  if (!done) return fail(done.error());
  return Value(0);
}

const Registered<Function> function{{
    .name = "del_token",
    .summary = "Withdraw a join token before it is spent",
    .params = {id},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::code,
    .example = "mega call del_token id=3",
    .detail = "Certificates that were issued for a token of several uses stay valid: revoke ends "
              "them.",
    .run = del_token,
}};

}  // namespace
}  // namespace mega
