// What send_mail is told, turned into a message.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"
#include "value/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// A message in the words of a caller.
struct MailWords {
  std::string subject, content, sender, html;
  std::int64_t priority = priority_normal;
  Value to{}, cc{}, bcc{}, reply_to{}, attachments{}, only{};
};

// The message, without date and token. Errors: invalid_argument.
Result<Message> message_of(const MailWords& words);

// The same names as send_mail's arguments; what is absent has their defaults.
// Errors: invalid_argument.
Result<MailWords> mail_words_in(const Map& map);

// Text with commas, or a list of texts; None is no address. Errors: invalid_argument naming the
// argument.
Result<std::vector<MailAddress>> addresses_in(const Value& value, std::string_view argument);

// Maps {name, content[, type][, inline]}, whose content is text or bytes. Errors: invalid_argument.
Result<std::vector<Attachment>> attachments_in(const Value& value);

}  // namespace mega
