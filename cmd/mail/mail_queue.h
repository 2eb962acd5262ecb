// `mega mail` and who keeps mail: a server in its queue, or the daemon of this host until a server
// has it.
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
// server that is joined or set. Errors: unavailable when there is neither; those of
// ServerFlags::connect.
Result<MailKeeper> find_mail_keeper(const ServerFlags& server, const Settings& settings);

// It is on the keeper's disk when this returns; who has it, and as what: "the daemon of this host
// keeps it as 12". Errors: failed for attachments that are too much for one call; the keeper's.
Result<std::string> leave_in_queue(MailKeeper& keeper, const Message& message);

// `all`: also what has ended.
Result<void> print_queue(Asker& asker, bool all, Format format);

// retry_mail or drop_mail, for each id.
Result<void> change_queue(Asker& asker, std::string_view function,
                          const std::vector<std::int64_t>& ids);

}  // namespace mega
