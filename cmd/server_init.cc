// mega server init [--new-ca]
//
// Makes the data folder, the store and the CA before the first start, and prints what is there.
#include "base/text.h"
#include "cmd/output.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "server/options.h"
#include "server/site.h"
#include "store/folder.h"
#include "trust/crypto.h"

#include <memory>

namespace mega {
namespace {

struct InitFlags {
  FlaggedSettings settings;
  bool new_ca = false;
};

std::string describe(const Authority& authority, const Identity& server) {
  return fmt::format(
      "CA           {}, site {}, pin {}\n"
      "certificate  of {}, for {}; from {} until {}\n",
      authority.made_now() ? "made" : "there already", authority.site(), to_hex(authority.pin()),
      server.name, fmt::join(server.hosts, ", "), format_local(server.from),
      format_local(server.until));
}

Result<void> init(const InitFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const std::string folder = data_folder(*settings);
  if (auto made = make_data_folder(folder); !made) return made;
  const auto lock = FolderLock::acquire(folder);
  if (!lock) return fail(lock.error());
  const auto store = Store::open({.folder = folder, .readers = 1}, system_clock());
  if (!store) return fail(store.error());
  const auto authority =
      open_authority(folder, **store, flags.new_ca ? NewCa::anew : NewCa::first_only);
  if (!authority) return fail(authority.error());
  const auto server = read_certificate((*authority)->own().certificate);
  if (!server) return fail(server.error());
  return write_output(fmt::format("folder       {}\n", folder) + describe(**authority, *server));
}

Run set_up_init(CLI::App& app) {
  auto flags = std::make_shared<InitFlags>();
  flags->settings.declare_named(app, "data");
  app.add_flag("--new-ca", flags->new_ca,
               "Put the CA aside and make another one: all hosts and users must join again");
  return [flags] { return init(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "init",
    .summary = "Make the data folder, the store and the site's CA",
    .example = "mega server init --data /srv/mega",
    .setup = set_up_init,
    .detail =
        "`mega server` does the same on its first start. What is there already stays as it is; "
        "a part of the CA that is missing is an error, never replaced in silence.",
}}};

}  // namespace
}  // namespace mega
