// What became of a message, as `mega mail` ends with it.
#pragma once

#include "base/result.h"
#include "mail/format/smtp_envelope.h"

#include <optional>
#include <string>
#include <vector>

namespace mega {

// `queued`: who has the message now for those who were put off, or why nobody has; nullopt: nobody
// was asked. No error: accepted for all. Errors: failed, refused for all; timed_out, the relay did
// not say about some; partly_failed, refused for some, or accepted for some and nobody sends it to
// the rest; unavailable, put off and queued, or put off for all.
Result<void> verdict_on(const std::vector<Fate>& fates,
                        const std::optional<Result<std::string>>& queued);

}  // namespace mega
