// retry_mail(id) -> code
//
// Makes a mail due now for all recipients that did not accept it. Errors: not_found; refused for
// mail that was sent or dropped; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "mail/server/outbox.h"
#include "mail/store/mail_store.h"

namespace mega {
namespace {

const Service<const Outbox> outbox{"outbox"};

const Service<MailStore> mail_store{"mail"};

const Param<Natural> id{"id", "of the mail, as get_all_mail lists it"};

Result<Value> retry_mail(Context& context, const Args& args) {
  const auto changed = context[mail_store].retry_mail(context.author, args[id].number);
  const Outbox* const out = context.find(outbox);
  if (changed && out) out->wake();
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
