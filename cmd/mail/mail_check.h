// `mega mail --check`: tests each relay, step by step.
#pragma once

#include "base/result.h"
#include "mail/server/smtp_session.h"

namespace mega {

// Prints a line for each step that succeeds. Asks about the recipients of `envelope`; without
// recipients it only greets the relay. Sends no message. Tries all relays. Errors: of the last
// relay that fails; those of earlier ones are printed.
Result<void> check_relays(const SmtpOptions& options, const MailEnvelope& envelope);

}  // namespace mega
