// Mail addresses, parsed and checked: the result of parse_mail_address() is safe to write into a
// header or an SMTP command as is.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct MailAddress {
  std::string name;  // display name, UTF-8 on one line; often empty
  // "ada@example.org", a Mailbox of RFC 5321. The local part may hold UTF-8 (RFC 6531); the domain
  // is ASCII (idna.h).
  std::string address;
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

// "ada@example.org", "Ada Lovelace <ada@example.org>", "\"Lovelace, Ada\" <ada@example.org>".
// Errors: invalid_argument; the message quotes the text and says what is wrong.
Result<MailAddress> parse_mail_address(std::string_view text);

// Addresses separated by commas; empty entries are ignored. Errors: as above.
Result<std::vector<MailAddress>> parse_mail_addresses(std::string_view text);

// Checks an address without a display name. Errors: as above, without the quotation.
Result<void> check_mailbox(std::string_view address);

// Whether the address is not ASCII, so that only a relay with SMTPUTF8 takes it.
bool needs_smtputf8(std::string_view address);

// For display: "Ada Lovelace <ada@example.org>".
std::string to_text(const MailAddress& address);

}  // namespace mega
