#include "mail/server/outbox.h"

#include "mail/format/encoded_word.h"
#include "mail/format/mail_stream.h"
#include "trust/mail_token.h"

namespace mega {

Result<void> Outbox::check_rate(const Posting& posting) const {
  if (posting.hourly_max == 0) return {};
  const auto sent = store_.count_mail(posting.kind, posting.topic, {clock_.now().seconds - 3600});
  if (!sent) return fail(sent.error());
  if (*sent < posting.hourly_max) return {};
  return fail(Errc::unavailable, "{} mails {} came within an hour, and the server takes no more",
              *sent, posting.topic);
}

Result<std::int64_t> Outbox::post(const Author& author, Message message,
                                  const Posting& posting) const {
  if (!options_.has_relay) {
    return fail(Errc::unavailable, "the server has no relay for mail: see its setting smtp.relays");
  }
  if (message.from.address.empty()) message.from = options_.sender;
  if (message.date == Time{}) message.date = clock_.now();
  if (message.token.empty()) message.token = new_mail_token();
  if (auto free = check_rate(posting); !free) return fail(free.error());
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
