#include "inventory/server/daemon_networks.h"

#include "api/kinds.h"
#include "base/host.h"

#include <vector>

namespace mega {
namespace {

const Setting<std::vector<std::string>> daemons{
    "legacy.daemons",
    {},
    "ADDRESS[/BITS]",
    "Where operators may set the tag daemon=legacy; elsewhere only the admin may",
    {.flag_of = {"server"}}};

}  // namespace

Result<DaemonNetworks> daemon_networks(const Settings& settings) {
  auto ranges = AddressRanges::parse(settings[daemons]);
  if (ranges) return DaemonNetworks{*std::move(ranges)};
  return fail(ranges.error().code, "{}: {}", daemons.name(), ranges.error().message);
}

std::function<bool(const std::string& ip)> who_may_confirm(const Caller& caller,
                                                           const DaemonNetworks* networks) {
  if (caller.role == Role::admin) return {};
  return [networks](const std::string& ip) {
    return networks && networks->ranges.contains(ip) && !is_this_host(unmapped(ip));
  };
}

}  // namespace mega
