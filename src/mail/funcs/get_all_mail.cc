// get_all_mail(model=None, stat=0, count=0) -> ([{id, added, state, ...}, ...], code)
//
// Lists the mail in the server's queue, newest first. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "mail/store/mail_store.h"

namespace mega {
namespace {

const Service<MailStore> mail_store{"mail"};

const Param<std::optional<std::string>> model{"model", nullptr, "the module that asks"};
const Param<State> stat{"stat", 0, "0 all, 1 what is on its way, 2 what has ended"};
const Param<Natural> count{"count", 0, "the first so many; 0: all"};

Result<Value> get_all_mail(Context& context, const Args& args) {
  return all(context[mail_store].mails(args[stat], args[count].number));
}

const Registered<Function> function{{
    .name = "get_all_mail",
    .summary = "List the mail in the server's queue, and what became of it",
    .params = {model, stat, count},
    .permission = Permission::read,
    .shape = Shape::data_and_code,
    .example = "mega call get_all_mail stat=1",
    .detail = "Rows: id, added, state (waiting, sent, failed, doubtful, dropped), kind (mail, or "
              "that of an\n"
              "alert), sender, recipient (the first), recipients (how many), subject, bytes, "
              "tries, due (when it is\n"
              "tried next), ended, words (the relay's last).",
    .run = get_all_mail,
}};

}  // namespace
}  // namespace mega
