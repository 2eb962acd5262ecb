// `mega mail --check`: each relay, step by step.
#pragma once

#include "base/result.h"
#include "mail/server/smtp_session.h"

namespace mega {

// Prints a line for each step that went well. `envelope`: whom to ask about; without recipients the
// relay is only greeted. Nothing is sent. Errors: of the first relay that is not as it should be,
// when all have been tried.
Result<void> check_relays(const SmtpOptions& options, const MailEnvelope& envelope);

}  // namespace mega
