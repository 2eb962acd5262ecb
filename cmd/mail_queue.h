// `mega mail` and the queue of a server: leave mail there, see what is in it, decide about it.
#pragma once

#include "base/result.h"
#include "cmd/render.h"
#include "mail/message.h"
#include "net/ask.h"

#include <cstdint>

namespace mega {

// The server keeps the message and sends it when a relay takes it; its id is noted on a terminal.
// Errors: failed for attachments that are too much for one call; those of send_mail.
Result<void> leave_in_queue(Asker& asker, const Message& message);

// `all`: also what has ended.
Result<void> print_queue(Asker& asker, bool all, Format format);

// retry_mail or drop_mail, for each id.
Result<void> change_queue(Asker& asker, std::string_view function,
                          const std::vector<std::int64_t>& ids);

}  // namespace mega
