// One message to all of its recipients, over the first relay that takes it for them.
#pragma once

#include "base/result.h"
#include "mail/server/smtp_session.h"

#include <functional>
#include <span>
#include <vector>

namespace mega {

// Tells why a relay was passed over. May be empty.
using PassedOver = std::function<void(const Error& why)>;

// A fate for each recipient, in their order. A recipient that one relay defers goes to the next;
// `later` are those that no relay takes now. Errors, with nothing taken at all: invalid_argument
// when no relay is set; the last relay's when none takes mail; as SmtpSession::send.
Result<std::vector<Fate>> deliver(const SmtpOptions& options, const MailEnvelope& envelope,
                                  MailSource& source, const PassedOver& passed_over = nullptr);

// The first relay that takes mail. Errors: as deliver().
Result<SmtpSession> open_session(const SmtpOptions& options,
                                 const PassedOver& passed_over = nullptr, int stop = -1);

}  // namespace mega
