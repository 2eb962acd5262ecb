// mega server clients [--all] [-o FORMAT]
//
// Lists the hosts and users that have joined; asks the server of this host at its unix socket.
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_command.h"

#include <memory>

namespace mega {
namespace {

struct ClientsFlags {
  FlaggedSettings settings;
  FormatFlag format;
  bool all = false;
};

Result<void> list_clients(const ClientsFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto request = call_of("get_all_certificate", {.named = {{"stat", flags.all ? 0 : 1}}});
  const auto text = ask_and_render(**asker, request, *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Run set_up_clients(ArgumentParser& parser) {
  auto flags = std::make_shared<ClientsFlags>();
  flags->settings.declare_named(parser, "data");
  flags->format.declare(parser);
  parser.add_flag("--all", flags->all, "Expired and revoked ones, too");
  return [flags] { return list_clients(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "clients",
    .summary = "List the hosts and users that have joined",
    .example = "mega server clients --all",
    .setup = set_up_clients,
}}};

}  // namespace
}  // namespace mega
