// Calls to the server of this host at its unix socket, for the commands below `mega server`.
#pragma once

#include "cmd/setting_flags.h"
#include "net/client.h"
#include "value/python.h"

#include <string_view>
#include <utility>

namespace mega {

// Requires: the setting `data` is declared. Errors: as Asker::open, and of the settings.
Result<std::unique_ptr<Asker>> open_local_server(const FlaggedSettings& flags);

Envelope call_of(std::string_view function, const CallArguments& arguments);

}  // namespace mega
