#include "mail/outbox.h"

#include "mail/encoded_word.h"
#include "mail/mail_stream.h"
#include "mail/token.h"

namespace mega {

Result<std::int64_t> Outbox::post(const Author& author, Message message,
                                  const Posting& posting) const {
  if (!has_relay_) {
    return fail(Errc::unavailable, "the server has no relay for mail: see its setting smtp.relays");
  }
  if (message.from.address.empty()) message.from = sender_;
  if (message.date == Time{}) message.date = clock_.now();
  if (message.token.empty()) message.token = new_mail_token();
  const auto composed = compose(message);
  if (!composed) return fail(composed.error());

  ComposedSource source(*composed);
  auto id = store_.add_mail(author,
                            {.kind = posting.kind,
                             .topic = posting.topic,
                             .once = posting.once,
                             .sender = message.from.address,
                             .subject = header_text(message.subject),
                             .message_id = composed->id,
                             .bytes = composed->bytes,
                             .utf8 = composed->utf8,
                             .recipients = recipients_of(message),
                             .due = posting.due},
                            [&] { return source.next(); });
  if (id) wake();
  return id;
}

}  // namespace mega
