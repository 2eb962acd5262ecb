// mega server init [--new-ca]
//
// Makes the data folder, the store and the CA before the first start, and prints the result.
#include "access/server/site.h"
#include "access/store/access_store.h"
#include "base/as_owner.h"
#include "base/data_folder.h"
#include "base/text.h"
#include "cmd/output.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "keeping/backup.h"
#include "server/data_folder.h"
#include "sql/database.h"
#include "trust/crypto.h"

#include <fmt/core.h>

#include <memory>

namespace mega {
namespace {

struct InitFlags {
  FlaggedSettings settings;
  bool new_ca = false;
};

Result<void> describe(const std::string& folder, std::string_view state, std::string_view ca,
                      const Authority::Facts& facts) {
  const Identity& server = facts.server;
  return write_output(fmt::format(
      "folder       {}{}\n"
      "CA           {}, site {}, pin {}\n"
      "certificate  of {}, for {}; from {} until {}\n",
      folder, state, ca, site_of(facts.pin), to_hex(facts.pin), server.name,
      join_text(server.hosts, ", "), format_local(server.from), format_local(server.until)));
}

// A folder that a running server uses: makes nothing, and prints the existing CA and certificate.
Result<void> describe_used(const std::string& folder, const Error& used) {
  const auto facts = Authority::look(folder);
  if (!facts) return fail(used);
  return describe(folder, ", in use by a server that runs", "there already", *facts);
}

Result<void> init(const InitFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const std::string folder = data_folder(*settings);
  const AsOwner as_owner(folder);
  if (auto made = make_data_folder(folder); !made) return made;
  const auto lock = FolderLock::acquire(folder);
  if (!lock && lock.error().code == Errc::refused && !flags.new_ca) {
    return describe_used(folder, lock.error());
  }
  if (!lock) return fail(lock.error());
  if (auto tidied = tidy_folder(folder); !tidied) return tidied;
  const auto database = Database::open({.folder = folder, .readers = 1}, system_clock());
  if (!database) return fail(database.error());
  const AccessStore store(**database);
  const auto authority =
      open_authority(folder, store, flags.new_ca ? NewCa::anew : NewCa::first_only);
  if (!authority) return fail(authority.error());
  const auto server = read_certificate((*authority)->own().certificate);
  if (!server) return fail(server.error());
  return describe(folder, "", (*authority)->made_now() ? "made" : "there already",
                  {(*authority)->pin(), *server});
}

Run set_up_init(ArgumentParser& parser) {
  auto flags = std::make_shared<InitFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_flag("--new-ca", flags->new_ca,
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
        "a part of the CA that is missing is an error, never replaced in silence. Beside a running "
        "server it tells what that one has.",
}}};

}  // namespace
}  // namespace mega
