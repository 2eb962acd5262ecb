// mega server status [-o FORMAT]
//
// Prints the status of the server of this host, asked at its unix socket.
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_command.h"

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
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto text = ask_and_render(**asker, {.function = "server_status"}, *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Run set_up_status(ArgumentParser& parser) {
  auto flags = std::make_shared<StatusFlags>();
  flags->settings.declare_named(parser, "data");
  flags->format.declare(parser);
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
