// The legacy dialect of port 1105: scripts, as servers of 2014 start them.
//
//   {'VALUE': 'disk.sh', 'TARGET': 'bash', 'ARGS': '/data', 'TYPE': 0, ...}  ->  (0, 'output')
//
// VALUE is a script that `legacy.scripts` names, ARGS its one argument (none is "0"), TARGET the
// interpreter (cmd: none, or sh when the script has no first line with #!), and TYPE 1 means the
// daemon's own script folder in place of script_dir. The answer is a wait status and the output of
// both streams, in Python. docs/PROTOCOL.md, "Port 1105".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"
#include "net/asio.h"
#include "tasks/agent/runner.h"
#include "trust/caller.h"
#include "wire/envelope.h"
#include "wire/reply.h"

namespace mega {

// The order that an envelope asks for.
TaskOrder legacy_order(const Envelope& envelope, std::string id);

// The answer, (status, output), as the shell of a daemon of 2014 gave it. The status is 0 only for
// a script that ended well; output that was cut ends in a line that says so.
Value legacy_status(const Result<TaskOutcome>& outcome);

// Thread-safe, but must not be called on the runner's thread.
class LegacyScripts {
 public:
  // `allowed`: names of scripts. `runner` is used on `executor`'s thread and must outlive this
  // object.
  LegacyScripts(asio::any_io_executor executor, Runner& runner, ScriptFolder own_folder,
                std::vector<std::string> allowed)
      : executor_(std::move(executor)),
        runner_(runner),
        own_folder_(std::move(own_folder)),
        allowed_(std::move(allowed)) {}

  // A Responder (net/requests.h): runs the script and answers when it has ended. Answers '-1' for a
  // payload that is not an envelope and an unknown TARGET. Closes without a byte for a script that
  // is not allowed, unread if none is: programs of 2014 take '-1' from upgrade.py for success.
  std::optional<Reply> answer(const Caller& caller, std::string_view payload) const;

 private:
  const asio::any_io_executor executor_;
  Runner& runner_;
  const ScriptFolder own_folder_;
  const std::vector<std::string> allowed_;
};

// The setting legacy.scripts.
std::vector<std::string> legacy_scripts(const Settings& settings);

}  // namespace mega
