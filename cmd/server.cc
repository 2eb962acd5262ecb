// mega server [--data DIR] [--listen ADDRESS[:PORT]]...
// mega server status [-o FORMAT]
// mega server backup FILE [--force]
// mega server restore FILE [--force]
//
// The server, in the foreground; and what concerns the server of this host. A backup is made
// whether the server runs or not; a restore wants it stopped.
#include "server/server.h"
#include "base/clock.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/setting_flags.h"
#include "net/ask.h"
#include "server/options.h"
#include "store/backup.h"

#include <memory>
#include <string>

namespace mega {
namespace {

// --- mega server ---

struct RunFlags {
  FlaggedSettings settings;
};

Result<void> run(const RunFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  return run_server(*settings);
}

// --- mega server status ---

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

// --- mega server backup, mega server restore ---

struct FileFlags {
  FlaggedSettings settings;
  std::string file;
  bool force = false;
};

std::shared_ptr<FileFlags> declare_file(CLI::App& app, const char* what, const char* force) {
  auto flags = std::make_shared<FileFlags>();
  flags->settings.declare_named(app, "data");
  app.add_option("FILE", flags->file, what)->required();
  app.add_flag("--force", flags->force, force);
  return flags;
}

std::string describe(const BackupFacts& facts) {
  return fmt::format("{} servers, {} instances, {} databases as of {} (schema {}, mega {}, {})",
                     facts.servers, facts.instances, facts.databases, format_local(facts.time),
                     facts.schema, facts.version, facts.host);
}

Result<void> run_backup(const FileFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const auto made = back_up(data_folder(*settings), flags.file, flags.force, system_clock());
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
  return write_output(text);
}

Run set_up_backup(CLI::App& app) {
  auto flags = declare_file(app, "Where the backup goes", "Replace the file when it is there");
  return [flags] { return run_backup(*flags); };
}

Run set_up_restore(CLI::App& app) {
  auto flags = declare_file(app, "A backup", "Put aside the store that the folder holds");
  return [flags] { return run_restore(*flags); };
}

const std::vector<Command>& commands_below() {
  static const std::vector<Command> commands{
      {.name = "status",
       .summary = "Tell how the server of this host is",
       .example = "mega server status -o json",
       .setup = set_up_status},
      {.name = "backup",
       .summary = "Copy all that the server keeps into one file, while it runs",
       .example = "mega server backup /backup/mega-monday",
       .setup = set_up_backup},
      {.name = "restore",
       .summary = "Put a backup in place of what a stopped server keeps",
       .example = "mega server restore /backup/mega-monday --force",
       .setup = set_up_restore},
  };
  return commands;
}

const Registered<Command> command{{
    .name = "server",
    .summary = "Run the server, in the foreground",
    .example = "mega server --data /srv/mega --listen 127.0.0.1:1104\nmega server status",
    .setup = [](CLI::App& app) -> Run {
      auto flags = std::make_shared<RunFlags>();
      for (const std::string& name : server_setting_names()) {
        flags->settings.declare_named(app, name);
      }
      return subcommands(app, commands_below(), [flags] { return run(*flags); });
    },
    .detail = "It prints one line on standard output when it serves: ready tcp=ADDRESS:PORT "
              "unix=PATH. SIGTERM and SIGINT end it once the calls under way are answered; a "
              "second one ends it at once. SIGHUP opens the log file again.",
}};

}  // namespace
}  // namespace mega
