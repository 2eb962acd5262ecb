// `mega mail` and the mail queue: of a server, or of the daemon of this host, which passes the mail
// on to a server.
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "mail/format/message.h"
#include "net/client.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mega {

struct MailKeeper {
  std::unique_ptr<Asker> asker;
  bool is_daemon = false;
};

// The server that --server names or that runs on this host; else the daemon of this host; else the
// server that is joined or set. Errors: unavailable when none exists; those of
// ServerFlags::connect.
Result<MailKeeper> find_mail_keeper(const ServerFlags& server, const Settings& settings);

// The message is on the keeper's disk when this returns. Returns the keeper and the id in a
// sentence: "the daemon of this host keeps it as 12". Errors: failed for attachments that are too
// large for one call; the keeper's.
Result<std::string> leave_in_queue(MailKeeper& keeper, const Message& message);

// `all`: also ended mail.
Result<void> print_queue(Asker& asker, bool all, Format format);

// Calls retry_mail or drop_mail for each id.
Result<void> change_queue(Asker& asker, std::string_view function,
                          const std::vector<std::int64_t>& ids);

}  // namespace mega
