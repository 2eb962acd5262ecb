// client_ping(ip, version=None, **args) -> 1
//
// The heartbeat of a host's daemon.
// Comes with a later release.
#include "api/function.h"

namespace mega {
namespace {

const Param<Address> ip{"ip", "address of the host"};
const Param<std::optional<std::string>> version{"version", nullptr, "of its daemon"};

const Registered<Function> function{{
    .name = "client_ping",
    .summary = "Take the heartbeat of a host's daemon",
    .params = {ip, version},
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .host_param = ip.name,
    .shape = Shape::value,
    .detail = "An unknown host is told so: 'unregistered server' on the legacy dialect.",
}};

}  // namespace
}  // namespace mega
