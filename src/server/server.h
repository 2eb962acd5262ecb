// The server: owns the store, the doors and the workers; opens, serves, drains.
#pragma once

#include "base/result.h"
#include "base/service_manager.h"
#include "base/settings.h"

namespace mega {

// Runs until SIGTERM or SIGINT, then accepts no new connections, answers running calls and returns.
// A second signal exits at once. Prints `ready tcp=ADDRESS:PORT unix=PATH` on standard output,
// flushed, once it serves, and tells `manager`, which must outlive the call. Errors: one sentence
// for a taken port, an unwritable folder, a damaged or newer store, a second server on the folder.
Result<void> run_server(const Settings& settings, const ServiceManager& manager);

}  // namespace mega
