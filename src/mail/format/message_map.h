// A message as a map, whose keys are the names of send_mail's arguments: how commands, daemons and
// servers hand mail to each other.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"
#include "value/value.h"

#include <string>

namespace mega {

// The arguments of send_mail as the caller gives them.
struct MailWords {
  std::string subject, content, sender, html;
  std::int64_t priority = priority_normal;
  Value to{}, cc{}, bcc{}, reply_to{}, attachments{}, only{};
};

// The message, without date and token. Errors: invalid_argument.
Result<Message> message_of(const MailWords& words);

// Absent keys get the defaults. Errors: invalid_argument.
Result<MailWords> mail_words_in(const Map& map);

// The map of a message, with the content of its attachments; date and token are not in it. Errors:
// those of reading an attachment.
Result<Map> map_of(const Message& message);

}  // namespace mega
