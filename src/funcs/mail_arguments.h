// What send_mail is told, turned into a message.
#pragma once

#include "base/result.h"
#include "mail/message.h"
#include "value/value.h"

#include <string_view>
#include <vector>

namespace mega {

// Text with commas, or a list of texts; None is nobody. Errors: invalid_argument naming the
// argument.
Result<std::vector<MailAddress>> addresses_in(const Value& value, std::string_view argument);

// Maps {name, content[, type][, inline]}, whose content is text or bytes. Errors: invalid_argument.
Result<std::vector<Attachment>> attachments_in(const Value& value);

}  // namespace mega
