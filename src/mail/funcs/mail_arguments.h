// Converts the arguments of send_mail and take_mail to a message.
#pragma once

#include "base/result.h"
#include "mail/format/message.h"
#include "value/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The arguments of send_mail as the caller gives them.
struct MailWords {
  std::string subject, content, sender, html;
  std::int64_t priority = priority_normal;
  Value to{}, cc{}, bcc{}, reply_to{}, attachments{}, only{};
};

// The message, without date and token. Errors: invalid_argument.
Result<Message> message_of(const MailWords& words);

// Reads a map whose keys are the names of send_mail's arguments; absent keys get the defaults.
// Errors: invalid_argument.
Result<MailWords> mail_words_in(const Map& map);

// `value`: text with commas, a list of texts, or None for no addresses. Errors: invalid_argument,
// naming the argument.
Result<std::vector<MailAddress>> addresses_in(const Value& value, std::string_view argument);

// `value`: a list of maps {name, content[, inline]}, whose content is text or bytes, or None.
// Errors: invalid_argument.
Result<std::vector<Attachment>> attachments_in(const Value& value);

}  // namespace mega
