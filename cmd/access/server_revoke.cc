// mega server revoke NAME [--unknown]
//
// Revokes the certificates of a host or a user at once, withdraws its tokens, and closes its open
// connections.
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/server_command.h"

#include <memory>

namespace mega {
namespace {

struct RevokeFlags {
  FlaggedSettings settings;
  std::string name;
  bool unknown = false;
};

Result<void> revoke(const RevokeFlags& flags) {
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto answer = (*asker)->ask(
      call_of("revoke", {.named = {{"name", flags.name}, {"unknown", flags.unknown}}}));
  if (!answer) return fail(answer.error());
  const auto* map = answer->as<Map>();
  const Value* ended = map ? map->find(std::string_view("connections")) : nullptr;
  const auto* connections = ended ? ended->as<std::int64_t>() : nullptr;
  return write_output(
      fmt::format("revoked {}, connections ended: {}; with a new token it can join again\n",
                  flags.name, connections ? *connections : 0));
}

Run set_up_revoke(ArgumentParser& parser) {
  auto flags = std::make_shared<RevokeFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_option("NAME", flags->name, "As `mega server clients` lists it").required();
  parser.add_flag("--unknown", flags->unknown,
                  "Also a name that the store has not heard of, after a restore");
  return [flags] { return revoke(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "revoke",
    .summary = "End the certificates and tokens of a host or a user at once",
    .example = "mega server revoke db01.example",
    .setup = set_up_revoke,
}}};

}  // namespace
}  // namespace mega
