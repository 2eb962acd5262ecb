// drop_mail(id) -> code
//
// Drops a mail: it is not sent to recipients that have not got it yet. Errors: not_found; refused
// for mail that was sent; unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "mail/store/mail_store.h"

namespace mega {
namespace {

const Service<MailStore> mail_store{"mail"};

const Param<Natural> id{"id", "of the mail, as get_all_mail lists it"};

Result<Value> drop_mail(Context& context, const Args& args) {
  const auto changed = context[mail_store].drop_mail(context.author, args[id].number);
  return done(changed);
}

const Registered<Function> function{{
    .name = "drop_mail",
    .summary = "Send mail no more, and forget its text",
    .params = {id},
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call drop_mail id=7",
    .detail = "The queue remembers that it was dropped, and by whom, until smtp.keep has passed.",
    .run = drop_mail,
}};

}  // namespace
}  // namespace mega
