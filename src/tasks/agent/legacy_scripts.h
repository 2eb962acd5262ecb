// The legacy dialect of port 1105: scripts, as servers of 2014 start them.
//
//   {'VALUE': 'disk.sh', 'TARGET': 'bash', 'ARGS': '/data', 'TYPE': 0, ...}  ->  (0, 'output')
//
// VALUE is a script that `legacy.scripts` names, ARGS its one argument, TARGET the interpreter, and
// TYPE 1 means the daemon's own script folder in place of script_dir. The answer is a wait status
// and what came of both streams, in Python. docs/PROTOCOL.md, "Port 1105".
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

// What a shell of 2014 had answered.
TaskOrder legacy_order(const Envelope& envelope, std::string id);
Value legacy_status(const Result<TaskOutcome>& outcome);

// Any thread but the runner's.
class LegacyScripts {
 public:
  // `allowed`: names of scripts. The runner, used on `executor`'s thread, must outlive it.
  LegacyScripts(asio::any_io_executor executor, Runner& runner, ScriptFolder own_folder,
                std::vector<std::string> allowed)
      : executor_(std::move(executor)),
        runner_(runner),
        own_folder_(std::move(own_folder)),
        allowed_(std::move(allowed)) {}

  // Runs it, and answers when it has ended: a Responder of net/calls.h. '-1' for what is no
  // envelope, for TARGETs that are not known and for scripts that are not allowed.
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
