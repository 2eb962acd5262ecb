// The setting legacy.daemons: where operators may have the server dial daemons of 2014.
//
// The tag `daemon=legacy` makes the server connect to the address of a server. Set by the admin, or
// by an operator within these networks, it counts. Else the store adds the tag
// `daemon.unconfirmed`, and the server does not dial.
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "trust/caller.h"
#include "trust/legacy_allow.h"

#include <functional>
#include <string>

namespace mega {

struct DaemonNetworks {
  AddressRanges ranges;
};

// Errors: invalid_argument, with the setting's name.
Result<DaemonNetworks> daemon_networks(const Settings& settings);

// Whether the caller may have the server dial an address, for ServerChange::may_confirm; empty for
// the admin, who may always. `networks` is nullptr where none are set. An address of this machine
// is never in them: the server's own doors are there.
std::function<bool(const std::string& ip)> who_may_confirm(const Caller& caller,
                                                           const DaemonNetworks* networks);

}  // namespace mega
