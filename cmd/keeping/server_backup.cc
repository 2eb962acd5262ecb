// mega server backup FILE [--force]
// mega server restore FILE [--force]
//
// A backup works with or without a running server; a restore needs the server stopped.
#include "base/clock.h"
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "keeping/backup.h"
#include "server/data_folder.h"

#include <memory>
#include <string>

namespace mega {
namespace {

struct FileFlags {
  FlaggedSettings settings;
  std::string file;
  bool force = false;
};

std::shared_ptr<FileFlags> declare_file(ArgumentParser& parser, const char* what,
                                        const char* force) {
  auto flags = std::make_shared<FileFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_option("FILE", flags->file, what).required();
  parser.add_flag("--force", flags->force, force);
  return flags;
}

std::string describe(const BackupFacts& facts) {
  const std::string site = facts.site.empty() ? "no CA" : "CA of site " + facts.site;
  return fmt::format("{} servers, {} instances, {} databases as of {} (schema {}, mega {}, {}), {}",
                     facts.servers, facts.instances, facts.databases, format_local(facts.time),
                     facts.schema, facts.version, facts.host, site);
}

// A running server locks its store, so the server makes the copy.
Result<std::string> ask_for_copy(const FileFlags& flags) {
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto path = (*asker)->ask({.function = "copy_store"});
  if (!path) return fail(path.error());
  const auto* text = path->as<std::string>();
  if (!text) return fail(Errc::corrupt, "the server answered no path to copy_store");
  return *text;
}

Result<void> run_backup(const FileFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const auto ask = [&] { return ask_for_copy(flags); };
  const auto made = back_up(data_folder(*settings), flags.file, flags.force, system_clock(), ask);
  if (!made) return fail(made.error());
  return write_output(
      fmt::format("{}: {} bytes, checked; {}\n", flags.file, made->bytes, describe(*made)));
}

Result<void> run_restore(const FileFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const std::string folder = data_folder(*settings);
  const auto restored = restore(flags.file, folder, flags.force);
  if (!restored) return fail(restored.error());
  std::string text = fmt::format("restored into {}: {}\n", folder, describe(restored->backup));
  if (!restored->former.empty()) {
    text += fmt::format("the store that was there is kept as {}\n", restored->former);
  }
  if (!restored->backup.site.empty()) {
    text += fmt::format(
        "who was revoked after {} comes in again: mega server revoke NAME --unknown, once the "
        "server runs\n",
        format_local(restored->backup.time));
  }
  return write_output(text);
}

Run set_up_backup(ArgumentParser& parser) {
  auto flags = declare_file(parser, "Where the backup goes", "Replace the file when it is there");
  return [flags] { return run_backup(*flags); };
}

Run set_up_restore(ArgumentParser& parser) {
  auto flags = declare_file(parser, "A backup", "Put aside the store that the folder holds");
  return [flags] { return run_restore(*flags); };
}

const Registered<ServerCommand> backup_command{{{
    .name = "backup",
    .summary = "Copy all that the server keeps into one file, while it runs",
    .example = "mega server backup /backup/mega-monday",
    .setup = set_up_backup,
    .detail = "The file holds the key of the site's CA, too: keep it as you keep passwords.",
}}};

const Registered<ServerCommand> restore_command{{{
    .name = "restore",
    .summary = "Put a backup in place of what a stopped server keeps",
    .example = "mega server restore /backup/mega-monday --force",
    .setup = set_up_restore,
}}};

}  // namespace
}  // namespace mega
