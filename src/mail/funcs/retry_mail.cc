// retry_mail(id) -> code
//
// Takes mail up again: its recipients that were not accepted wait for a relay, from now on. Errors:
// not_found; refused for mail that was sent or dropped; unavailable (store).
#include "api/function.h"
#include "api/answers.h"
#include "mail/server/outbox.h"

namespace mega {
namespace {

const Param<Natural> id{"id", "of the mail, as get_all_mail lists it"};

Result<Value> retry_mail(Context& context, const Args& args) {
  const auto changed = context.store.retry_mail(context.author, args[id].number);
  if (changed && context.outbox) context.outbox->wake();
  return done(changed);
}

const Registered<Function> function{{
    .name = "retry_mail",
    .summary = "Send mail again that failed, is in doubt or waits",
    .params = {id},
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call retry_mail id=7",
    .detail = "For mail that failed, that is doubtful (the relay may have it), or that waits for "
              "its next try.",
    .run = retry_mail,
}};

}  // namespace
}  // namespace mega
