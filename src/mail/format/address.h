// Addresses of mail, checked before anything is done with them: what parse_mail_address() gives can
// stand in a header and in a command of SMTP as it is.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct MailAddress {
  std::string name;  // of the person or the list, UTF-8 on one line; often empty
  // "ada@example.org"; RFC 5321's Mailbox. Before the @ may stand UTF-8, as RFC 6531 has it; the
  // domain is ASCII (idna.h).
  std::string address;
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

// "ada@example.org", "Ada Lovelace <ada@example.org>", "\"Lovelace, Ada\" <ada@example.org>".
// Errors: invalid_argument; the sentence quotes the text and says what is wrong with it.
Result<MailAddress> parse_mail_address(std::string_view text);

// The same, several with commas between them; blanks and empty ones count for nothing.
Result<std::vector<MailAddress>> parse_mail_addresses(std::string_view text);

// The address alone, without a person's name. Errors as above, without the quotation.
Result<void> check_mailbox(std::string_view address);

// Only a relay with SMTPUTF8 takes it.
bool needs_smtputf8(std::string_view address);

// As people write it: "Ada Lovelace <ada@example.org>".
std::string to_text(const MailAddress& address);

}  // namespace mega
