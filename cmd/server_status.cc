// mega server status [-o FORMAT]
//
// What the server of this host says about itself; asked at its unix socket.
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "net/ask.h"
#include "server/options.h"

#include <memory>

namespace mega {
namespace {

struct StatusFlags {
  FlaggedSettings settings;
  FormatFlag format;
};

Result<void> status(const StatusFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const Endpoint endpoint{.kind = Endpoint::Kind::unix_socket, .host = socket_path(*settings)};
  const auto asker = Asker::open(endpoint, {});
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, {.function = "server_status"}, *format);
  if (!text) return fail(text.error());
  return write_output(*text);
}

Run set_up_status(CLI::App& app) {
  auto flags = std::make_shared<StatusFlags>();
  flags->settings.declare_named(app, "data");
  flags->format.declare(app);
  return [flags] { return status(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "status",
    .summary = "Tell how the server of this host is",
    .example = "mega server status -o json",
    .setup = set_up_status,
}}};

}  // namespace
}  // namespace mega
