// Mail on its way. Only one thread sends.
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

  // The mail that is due first, with its first `recipients_max` waiting recipients.
  Result<std::optional<QueuedMail>> due_mail(std::int64_t recipients_max) const;
  // A waiting one whose end had been sent when the process died.
  Result<std::optional<QueuedMail>> mail_in_doubt() const;
  Result<std::optional<Time>> next_mail_due() const;
  // Empty behind the last one.
  Result<std::string> mail_part(std::int64_t id, std::int64_t number) const;
  // Newest first: id, added, state, kind, sender, recipient (the first), recipients, subject,
  // bytes, tries, due, ended, words. online: waiting and doubtful ones, offline: the others.
  Result<Rows> mails(State state, std::int64_t limit) const;
  // How many of that kind, and about that topic unless it is empty, were added since.
  Result<std::int64_t> count_mail(std::string_view kind, std::string_view topic, Time since) const;
  // The id. Errors: already_exists when there is one with that `once`; those of `next`.
  Result<std::int64_t> add_mail(const Author& author, const NewMail& mail, const MailChunks& next);
  // On disk before the line that ends the mail is sent, so that a crash leaves no mail that was
  // accepted and looks as if it never was.
  Result<void> begin_mail_end(std::int64_t id);
  // Ends the mail when no recipient waits any more, else it is due again then.
  Result<MailSettled> settle_mail(std::int64_t id, const std::vector<MailVerdict>& verdicts,
                                  Time due);
  Result<void> hold_mail(std::int64_t id, const std::string& words);  // doubtful
  Result<void> fail_mail(std::int64_t id, const std::string& words);
  // No relay takes mail: noted with all that is due.
  Result<void> note_mail_trouble(const std::string& words);
  // Errors: not_found; refused for what has been sent.
  Result<void> retry_mail(const Author& author, std::int64_t id);
  Result<void> drop_mail(const Author& author, std::int64_t id);
  Result<void> forget_mail(Time before);  // what ended before

 private:
  Database& database_;
};

}  // namespace mega
