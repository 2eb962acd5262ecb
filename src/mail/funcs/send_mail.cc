// send_mail(subject, content, to, sender='', priority=3, html='', cc=None, bcc=None,
//           reply_to=None, attachments=None, only=None) -> id
//
// Adds a message to the server's queue. Errors: invalid_argument for a wrong address, priority or
// attachment; unavailable when the server has no relay; unavailable (store).
#include "api/function.h"
#include "mail/format/message_map.h"
#include "mail/server/outbox.h"

namespace mega {
namespace {

const Service<const Outbox> outbox{"outbox"};

const Param<std::string> subject{"subject", "what it is about"};
const Param<std::string> content{"content", "the text", BytesMax{16 << 20}};
const Param<Value> to{"to", "addresses: text with commas, or a list"};
const Param<std::string> sender{"sender", "", "who it is from; empty: the server's smtp.from"};
const Param<std::int64_t> priority{"priority", priority_normal, "1 urgent to 5 unimportant"};
const Param<std::string> html{"html", "", "the same as HTML; empty: text only", BytesMax{16 << 20}};
const Param<Value> cc{"cc", nullptr, "who gets a copy"};
const Param<Value> bcc{"bcc", nullptr, "who gets one unseen by the others"};
const Param<Value> reply_to{"reply_to", nullptr, "who gets the answers"};
const Param<Value> attachments{"attachments", nullptr,
                               "list of {name, content, inline}; content is text or bytes",
                               BytesMax{64 << 20}};
const Param<Value> only{"only", nullptr,
                        "those of the recipients who have not got it yet; None: all"};

Result<Value> send_mail(Context& context, const Args& args) {
  const Outbox* out = context.find(outbox);
  if (!out) return fail(Errc::unavailable, "this server sends no mail");
  auto message = message_of({.subject = args[subject],
                             .content = args[content],
                             .sender = args[sender],
                             .html = args[html],
                             .priority = args[priority],
                             .to = args[to],
                             .cc = args[cc],
                             .bcc = args[bcc],
                             .reply_to = args[reply_to],
                             .attachments = args[attachments],
                             .only = args[only]});
  if (!message) return fail(message.error());
  const auto id = out->post(context.author, *std::move(message));
  if (!id) return fail(id.error());
  return Value(*id);
}

const Registered<Function> function{{
    .name = "send_mail",
    .summary = "Leave a message in the server's queue of mail",
    .params = {subject, content, to, sender, priority, html, cc, bcc, reply_to, attachments, only},
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call send_mail subject='disk full' content='db1: /data' to=dba@example.org",
    .detail = "Answers the id in the queue once the message is on disk; it is sent as soon as a "
              "relay takes\n"
              "it. The first five arguments are those of the sendmail of 2014.",
    .run = send_mail,
}};

}  // namespace
}  // namespace mega
