// Delivers one message to all of its recipients, over the first relay that takes it for them.
#pragma once

#include "base/result.h"
#include "mail/server/smtp_session.h"

#include <functional>
#include <span>
#include <vector>

namespace mega {

// Called with the reason when a relay is passed over. May be empty.
using PassedOver = std::function<void(const Error& why)>;

// Returns a fate for each recipient, in their order. Recipients that a relay puts off are tried on
// the next relay; `later` remains for recipients that no relay takes now. Errors, when no relay has
// decided about any recipient: invalid_argument when no relay is set; the last relay's error when
// none takes mail; as SmtpSession::send.
Result<std::vector<Fate>> deliver(const SmtpOptions& options, const MailEnvelope& envelope,
                                  MailSource& source, const PassedOver& passed_over = nullptr);

// Opens a session with the first of `relays` that takes mail; removes that relay and those before it
// from the span. Errors: invalid_argument when the span is empty; the last relay's error when none
// takes mail.
Result<SmtpSession> open_next(std::span<const MailRelay>& relays, const SmtpOptions& options,
                              const PassedOver& passed_over = nullptr, int stop = -1);

}  // namespace mega
