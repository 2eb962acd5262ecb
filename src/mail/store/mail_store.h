// MailStore: the queue of mail in the database. Only one thread sends.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "mail/store/mail_model.h"
#include "sql/database.h"
#include "trust/author.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class MailStore {
 public:
  explicit MailStore(Database& database) : database_(database) {}

  // The first mail that is due, with its first `recipients_max` waiting recipients.
  Result<std::optional<QueuedMail>> due_mail(std::int64_t recipients_max) const;
  // A waiting mail whose end may have been sent when the process died.
  Result<std::optional<QueuedMail>> mail_in_doubt() const;
  Result<std::optional<Time>> next_mail_due() const;
  // Part `number` of the text; empty after the last.
  Result<std::string> mail_part(std::int64_t id, std::int64_t number) const;
  // Newest first: id, added, state, kind, sender, recipient (the first), recipients, subject,
  // bytes, tries, due, ended, words. State online: waiting and doubtful mail; offline: the rest.
  Result<Rows> mails(State state, std::int64_t limit) const;
  // Number of mails of that kind, and of that topic unless it is empty, added since `since`.
  Result<std::int64_t> count_mail(std::string_view kind, std::string_view topic, Time since) const;
  // Adds a mail; returns its id. Errors: already_exists when there is a mail with this `once`;
  // those of `next`.
  Result<std::int64_t> add_mail(const Author& author, const NewMail& mail, const MailChunks& next);
  // Marks on disk that the line that ends the mail is about to be sent, so that after a crash an
  // accepted mail is in doubt rather than waiting.
  Result<void> begin_mail_end(std::int64_t id);
  // Stores the verdicts. Ends the mail when no recipient is waiting any more, else makes it
  // due at `due`.
  Result<MailSettled> settle_mail(std::int64_t id, const std::vector<MailVerdict>& verdicts,
                                  Time due);
  // Counts a try of this mail, stores `words` and makes it due at `due`.
  Result<void> put_off_mail(std::int64_t id, const std::string& words, Time due);
  Result<void> hold_mail(std::int64_t id, const std::string& words);  // state doubtful
  Result<void> fail_mail(std::int64_t id, const std::string& words);
  // Counts a try for all due mail and stores `words`, when no relay takes mail.
  Result<void> note_mail_trouble(const std::string& words);
  // Errors of both: not_found; refused for mail that was sent, and for retry_mail() also dropped.
  Result<void> retry_mail(const Author& author, std::int64_t id);
  Result<void> drop_mail(const Author& author, std::int64_t id);
  Result<void> forget_mail(Time before);  // ended before then

 private:
  Database& database_;
};

}  // namespace mega
