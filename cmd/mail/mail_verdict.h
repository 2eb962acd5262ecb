// The outcome of a message, as the result of `mega mail`.
#pragma once

#include "base/result.h"
#include "mail/format/smtp_envelope.h"

#include <optional>
#include <string>
#include <vector>

namespace mega {

// `queued`: the queue that has the message for the deferred recipients, or the error of queueing;
// nullopt: not queued. Success: accepted for all. Errors: failed, refused for all; timed_out, the
// relay gave no answer for some; partly_failed, refused for some, or accepted for some and not
// queued for the rest; unavailable, deferred and queued, or deferred for all.
Result<void> verdict_on(const std::vector<Fate>& fates,
                        const std::optional<Result<std::string>>& queued);

}  // namespace mega
