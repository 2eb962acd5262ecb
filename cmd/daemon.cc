// mega daemon [--foreground] [--data DIR] [--server HOST[:PORT]]... [--listen ADDRESS[:PORT]]
// mega daemon start|stop|restart|status
//
// The daemon of this host. Without --foreground the daemon detaches from the terminal, and the
// command ends when the daemon serves, or with the daemon's error.
#include "agent/agent.h"
#include "agent/options.h"
#include "base/descriptor.h"
#include "base/file.h"
#include "base/lock_file.h"
#include "cmd/command.h"
#include "cmd/detach.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/setting_flags.h"
#include "net/client.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>

namespace mega {
namespace {

// Longer than the daemon grants its scripts to end.
constexpr int stop_ms_max = 60'000;
// Short: status has nothing to wait for, and monitoring calls it.
constexpr std::chrono::seconds status_limit{5};

struct DaemonFlags {
  FlaggedSettings settings;
  FormatFlag format;
  bool foreground = false;
};

// --- start ---

Result<void> serve_here(const Settings& settings) {
  const auto print = [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  };
  return run_agent(settings,
                   {.manager = ServiceManager::from_environment(), .ready = print, .log_file = ""});
}

// Logs to a file in the data folder: a detached daemon has no terminal.
Result<void> serve_detached(const Settings& settings) {
  auto detached = detach();
  if (!detached) return fail(detached.error());
  if (!*detached) return {};  // the command; the daemon is ready
  Detached& starter = **detached;
  const auto served = run_agent(
      settings, {.manager = ServiceManager(""),
                 .ready = [&starter](const std::string& line) { starter.tell_ready(line); },
                 .log_file = agent_folder(settings) + "/mega_client.log"});
  if (!served) starter.tell_failed(served.error());
  ::_exit(served ? 0 : exit_code(served.error().code));
}

Result<void> start(const DaemonFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  return flags.foreground ? serve_here(*settings) : serve_detached(*settings);
}

// --- stop ---

Result<std::optional<pid_t>> running(const Settings& settings) {
  return LockFile::holder(agent_folder(settings) + "/" + agent_lock_name);
}

Error not_running(const Settings& settings) {
  return {Errc::unavailable,
          fmt::format("no daemon runs on {}: `mega daemon start`", agent_folder(settings))};
}

Result<void> stop_process(pid_t pid) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process && errno == ESRCH) return {};
  if (!process || ::syscall(SYS_pidfd_send_signal, *process, SIGTERM, nullptr, 0) != 0) {
    const Errc code = errno == EPERM ? Errc::not_allowed : Errc::failed;
    return fail(code, "cannot stop the daemon (pid {}): {}", pid, describe_errno(errno));
  }
  pollfd ended{.fd = *process, .events = POLLIN, .revents = 0};
  int ready = 0;
  do ready = ::poll(&ended, 1, stop_ms_max);
  while (ready < 0 && errno == EINTR);
  if (ready > 0) return {};
  return fail(Errc::timed_out, "the daemon (pid {}) has not ended within {} s; it is on its way",
              pid, stop_ms_max / 1000);
}

Result<void> stop(const DaemonFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const auto pid = running(*settings);
  if (!pid) return fail(pid.error());
  if (!*pid) return fail(not_running(*settings));
  if (auto stopped = stop_process(**pid); !stopped) return stopped;
  return write_output(fmt::format("stopped (pid {})\n", **pid));
}

Result<void> restart(const DaemonFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  // Check the new settings before stopping the running daemon.
  if (const auto options = read_agent_options(*settings); !options) return fail(options.error());
  const auto pid = running(*settings);
  if (!pid) return fail(pid.error());
  if (*pid) {
    if (auto stopped = stop_process(**pid); !stopped) return stopped;
  }
  return serve_detached(*settings);
}

// --- status ---

// As text: the servers in words, and the tasks below as a table.
std::string status_text(const Value& status) {
  const auto* map = status.as<Map>();
  if (!map) return render(status, Format::table);
  Map shown = *map;
  const Value* tasks = map->find(std::string_view("tasks"));
  const auto* under_way = tasks ? tasks->as<List>() : nullptr;
  if (under_way) shown.set("tasks", static_cast<std::int64_t>(under_way->size()));
  const Value* servers = map->find(std::string_view("servers"));
  if (const auto* names = servers ? servers->as<List>() : nullptr) {
    std::string words;
    for (const Value& name : *names) {
      const auto* text = name.as<std::string>();
      if (text) words += (words.empty() ? "" : ", ") + *text;
    }
    shown.set("servers", words);
  }
  std::string text = render(Value(std::move(shown)), Format::table);
  if (under_way && !under_way->empty()) text += "\n" + render(*tasks, Format::table);
  return text;
}

Result<std::string> ask_for_status(Asker& asker, Format format) {
  const Envelope request{.function = "status"};
  if (format != Format::table) return ask_and_render(asker, request, format);
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  return status_text(*answer);
}

Result<void> status(const DaemonFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const auto pid = running(*settings);
  if (!pid) return fail(pid.error());
  if (!*pid) return fail(not_running(*settings));
  const auto asker = Asker::open({.kind = Endpoint::Kind::unix_socket,
                                  .host = agent_folder(*settings) + "/" + agent_socket_name},
                                 {.answer = status_limit});
  if (!asker) return fail(asker.error());
  const auto text = ask_for_status(**asker, *format);
  if (!text && text.error().code == Errc::timed_out) {
    return fail(Errc::unavailable, "the daemon (pid {}) runs, and has not answered within {} s",
                **pid, status_limit.count());
  }
  if (!text) return fail(text.error());
  return write_styled(*text);
}

// --- the commands ---

Run set_up_start(ArgumentParser& parser) {
  auto flags = std::make_shared<DaemonFlags>();
  flags->settings.declare_of(parser, "daemon");
  parser.add_flag("--foreground", flags->foreground,
                  "Stay in the foreground, for systemd and other service managers");
  return [flags] { return start(*flags); };
}

Run set_up_restart(ArgumentParser& parser) {
  auto flags = std::make_shared<DaemonFlags>();
  flags->settings.declare_of(parser, "daemon");
  return [flags] { return restart(*flags); };
}

Run set_up_stop(ArgumentParser& parser) {
  auto flags = std::make_shared<DaemonFlags>();
  flags->settings.declare_named(parser, "agent.data");
  return [flags] { return stop(*flags); };
}

Run set_up_status(ArgumentParser& parser) {
  auto flags = std::make_shared<DaemonFlags>();
  flags->settings.declare_named(parser, "agent.data");
  flags->format.declare(parser);
  return [flags] { return status(*flags); };
}

const Registered<Command> command{{
    .name = "daemon",
    .summary = "Run the daemon of this host",
    .example = "mega daemon\n"
               "mega daemon --foreground --server db-mega.example\n"
               "mega daemon status",
    .setup = [](ArgumentParser& parser) -> Run {
      const std::vector<Command> below{
          {.name = "start",
           .summary = "Start the daemon; as `mega daemon` does",
           .example = "mega daemon start",
           .setup = set_up_start},
          {.name = "stop",
           .summary = "End the daemon, and the scripts that run",
           .example = "mega daemon stop",
           .setup = set_up_stop},
          {.name = "restart",
           .summary = "End the daemon if it runs, and start it",
           .example = "mega daemon restart",
           .setup = set_up_restart},
          {.name = "status",
           .summary = "Tell how the daemon is: its servers, its last heartbeat, its tasks",
           .example = "mega daemon status\nmega daemon status -o json",
           .setup = set_up_status}};
      Run otherwise = set_up_start(parser);
      return subcommands(parser, below, std::move(otherwise));
    },
    .detail = "It keeps one connection to a server of the site that this host has joined (`mega "
              "join`), sends heartbeats, and runs what the server orders. When the server is away "
              "it goes on, and comes back by itself.\n\n"
              "It prints one line on standard output when it serves: ready tcp=ADDRESS:PORT "
              "unix=PATH. Without --foreground it then goes on in the background, and logs to "
              "mega_client.log in its folder unless log_file_name says otherwise. SIGTERM ends it "
              "and the scripts that run; SIGHUP opens the log again and reads the certificate "
              "anew.",
}};

}  // namespace
}  // namespace mega
