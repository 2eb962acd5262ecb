// mega server [--data DIR] [--listen ADDRESS[:PORT]]...
//
// Runs the server in the foreground. The subcommands (server_*.cc) concern the server of this host.
#include "server/server.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "server/options.h"

#include <memory>
#include <string>

namespace mega {
namespace {

struct RunFlags {
  FlaggedSettings settings;
};

Result<void> run(const RunFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  return run_server(*settings, ServiceManager::from_environment());
}

std::vector<Command> commands_below() {
  std::vector<Command> commands;
  for (const ServerCommand* command : Registered<ServerCommand>::all()) {
    commands.push_back(*command);
  }
  return commands;
}

const Registered<Command> command{{
    .name = "server",
    .summary = "Run the server, in the foreground",
    .example = "mega server --data /srv/mega --listen 127.0.0.1:1104\nmega server status",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<RunFlags>();
      flags->settings.declare_of(parser, "server");
      return subcommands(parser, commands_below(), [flags] { return run(*flags); });
    },
    .detail = "It prints one line on standard output when it serves: ready tcp=ADDRESS:PORT "
              "unix=PATH. SIGTERM and SIGINT end it once the calls under way are answered; a "
              "second one ends it at once. SIGHUP opens the log file again and rereads the "
              "server's key and certificate.",
}};

}  // namespace
}  // namespace mega
