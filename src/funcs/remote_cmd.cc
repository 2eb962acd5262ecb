// remote_cmd(ip, port, cmd, cmd_type, task_id=None, args=None) -> '(status, output)'
//
// Runs a script through the daemon of a host.
// Comes with a later release.
#include "api/function.h"

namespace mega {
namespace {

const Param<Address> ip{"ip", "address of the host"};
const Param<Port> port{"port", "of the instance meant, not of the daemon"};
const Param<std::string> cmd{"cmd", "file name of the script"};
const Param<std::string> cmd_type{"cmd_type", "cmd, bash, python or perl"};
const Param<std::optional<Natural>> task_id{"task_id", nullptr, "id of the task"};
const Param<Value> args{"args", nullptr, "text, a list, or a map as one literal"};

const Registered<Function> function{{
    .name = "remote_cmd",
    .summary = "Run a script on a host",
    .params = {ip, port, cmd, cmd_type, task_id, args},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .detail = "Waits for the end or the limit. Answers text: '(status, output)', 0 when the host "
              "cannot be\n"
              "reached, '' when it took too long.",
}};

}  // namespace
}  // namespace mega
