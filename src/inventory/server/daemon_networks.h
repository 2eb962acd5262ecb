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

// Tells by address whether the caller may have the server dial it: for ServerChange::may_confirm.
// Empty: the caller is the admin, and every address is allowed. `networks`: nullptr when the setting
// is empty. An address of this machine is never allowed: the server's own doors are there.
std::function<bool(const std::string& ip)> who_may_confirm(const Caller& caller,
                                                           const DaemonNetworks* networks);

}  // namespace mega
