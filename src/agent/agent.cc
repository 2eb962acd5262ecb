#include "agent/agent.h"

#include "agent/doors.h"
#include "base/as_owner.h"
#include "base/clock.h"
#include "base/lock_file.h"
#include "base/log.h"
#include "base/process.h"
#include "hosts/agent/server_connection.h"
#include "mail/agent/mail_carrier.h"
#include "net/coroutines.h"
#include "net/watchdog.h"
#include "tasks/agent/cgroup.h"
#include "tasks/agent/journal.h"
#include "tasks/agent/runner.h"
#include "tasks/agent/task_functions.h"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"agent"};

constexpr int exit_code_of_second_signal = 1;
// By then the daemon has connected and reported its host.
constexpr std::chrono::seconds settling_time{15};
// Time for the server to receive the outcomes of tasks that were ended.
constexpr std::chrono::seconds last_words_time{3};
// Generous: a mail may be large, and the server's disk slow.
constexpr std::chrono::minutes mail_answer_limit{2};

// The configured servers, else the one that was joined.
List names_of(const std::vector<Endpoint>& servers, const std::string& joined) {
  if (servers.empty()) return {joined};
  List names;
  for (const Endpoint& server : servers) names.emplace_back(to_text(server));
  return names;
}

Value or_none(const std::optional<Time>& time) { return time ? Value(*time) : Value(); }
Value or_none(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Owns the parts. Members are destroyed in reverse order of declaration.
class Agent {
 public:
  Agent(AgentOptions options, Membership membership, Identity identity,
        std::unique_ptr<Journal> journal, std::unique_ptr<MailSpool> mail, AgentStart start)
      : options_(std::move(options)),
        servers_(names_of(options_.servers, membership.server)),
        own_(std::move(membership.credentials)),
        identity_(std::move(identity)),
        start_(std::move(start)),
        servers_since_(options_.in_folder(servers_since_name), identity_.site),
        journal_(std::move(journal)),
        mail_(std::move(mail)),
        runner_(io_.get_executor(), system_clock(), options_.run,
                ScriptFolder(options_.run.script_folder, own_.ca, options_.run.unsigned_scripts),
                *journal_),
        connection_(
            io_, workers_, system_clock(),
            {.identity = options_.identity,
             .servers = options_.servers,
             .limits = {.keepalive_probe = options_.keepalive_probe},
             .servers_since = servers_since_},
            [this](const Envelope& request, std::shared_ptr<Answering> answering) {
              functions_.answer(request, answer_of(std::move(answering)));
            },
            [this] { connection_changed(); }),
        carrier_(io_, workers_, system_clock(), *mail_,
                 [this](Envelope request) {
                   return connection_.ask(std::move(request), mail_answer_limit);
                 }),
        doors_(io_, options_, functions_, runner_, servers_since_, own_.ca) {
    functions_.add("status", [this](const Map&, const StreamedAnswer& answer) {
      answer.end(Value(status()));
    });
    add_task_functions(functions_, runner_);
    carrier_.add_to(functions_);
    connection_.on_renewal([this](const Credentials& renewed) {
      if (auto shown = doors_.show(renewed); !shown) logger.error("{}", shown.error().message);
    });
  }

  Result<void> open_doors() { return doors_.open(options_, own_); }

  // Runs until a signal ends it.
  void run() {
    doors_.serve();
    spawn(io_.get_executor(), connection_.keep(), "agent");
    spawn(io_.get_executor(), carrier_.carry(), "mail");
    spawn(io_.get_executor(), heed_signals(), "agent");
    settle_later();
    watchdog_.start();
    const std::string line = "ready " + doors_.names();
    logger.info("{} version={} name={} site={}", line, MEGA_VERSION, identity_.name,
                identity_.site);
    start_.ready(line);
    start_.manager.tell("READY=1");
    io_.run();
    logger.info("stopped");
  }

 private:
  static StreamedAnswer answer_of(std::shared_ptr<Answering> answering) {
    return {.part = [answering](Value items) { return answering->part(std::move(items)); },
            .end = [answering](const Result<Value>& result) { answering->end(result); },
            .unsent = [answering] { return answering->unsent(); }};
  }

  void connection_changed() {
    tell_status();
    settle_later();
    const bool connected = !connection_.state().server.empty();
    if (connected && !connected_) carrier_.server_is_there();
    connected_ = connected;
  }

  void tell_status() const {
    const ConnectionState& state = connection_.state();
    start_.manager.tell(state.server.empty() ? "STATUS=not connected: " + state.error
                                             : "STATUS=connected to " + state.server);
  }

  Map status() const {
    const ConnectionState& state = connection_.state();
    Map map;
    map.set("name", identity_.name);
    map.set("site", identity_.site);
    map.set("version", MEGA_VERSION);
    map.set("pid", static_cast<std::int64_t>(::getpid()));
    map.set("started", started_);
    map.set("data", options_.folder);
    map.set("servers", servers_);
    map.set("server", or_none(state.server));
    map.set("since", or_none(state.since));
    map.set("error", or_none(state.error));
    map.set("next_try", or_none(state.next_try));
    map.set("heartbeat", or_none(state.heartbeat));
    map.set("registered", state.registered);
    map.set("certificate_until", or_none(state.certificate_until));
    map.set("memory_bytes", resident_bytes());
    map.set("mail_waiting", static_cast<std::int64_t>(carrier_.waiting()));
    List tasks;
    for (const TaskUnderWay& task : runner_.under_way()) {
      tasks.emplace_back(Map{{"id", task.id},
                             {"what", task.what},
                             {"state", name_of(task.state)},
                             {"since", task.since}});
    }
    map.set("tasks", std::move(tasks));
    return map;
  }

  // The code of a start, a heartbeat or a task is not needed again soon.
  void settle_later() {
    if (stopped_) return;
    settling_.expires_after(settling_time);
    settling_.async_wait([this](const asio::error_code& error) {
      if (!error && !stopped_) forget_code_that_ran();
    });
  }

  asio::awaitable<void> heed_signals() {
    while (!stopped_) {
      auto caught = co_await signals_.async_wait(as_value);
      auto& [error, signal] = caught;
      if (error) continue;  // cancelled by stop()
      if (signal == SIGHUP) {
        look_again();
      } else if (!std::exchange(stopping_, true)) {
        logger.info("{}: {} tasks are ended first", signal == SIGTERM ? "SIGTERM" : "SIGINT",
                    runner_.under_way().size());
        start_.manager.tell("STOPPING=1");
        runner_.stop([this] { spawn(io_.get_executor(), stop(), "agent"); });
      } else {
        logger.warn("a second signal: leaving at once");
        ::_exit(exit_code_of_second_signal);
      }
    }
  }

  void look_again() {
    if (const auto reopened = reopen_log(); !reopened) {
      logger.error("{}", reopened.error().message);
    } else {
      logger.info("log opened again");
    }
    reload_time_zone();
    connection_.look_again();
  }

  // Requires: no task runs.
  asio::awaitable<void> stop() {
    const auto all_is_sent = [this] { return connection_.unsent() == 0; };
    co_await wait_at_most(last_words_time, all_is_sent);
    carrier_.stop();
    connection_.stop();
    co_await doors_.close();
    stopped_ = true;
    settling_.cancel();
    watchdog_.stop();
    signals_.cancel();
    // A connection attempt may take long to fail.
    const auto has_ended = [this] { return connection_.has_ended(); };
    co_await wait_at_most(last_words_time, has_ended);
    if (!connection_.has_ended()) io_.stop();
  }

  asio::awaitable<void> wait_at_most(std::chrono::milliseconds time, std::function<bool()> done) {
    const auto until = std::chrono::steady_clock::now() + time;
    asio::steady_timer timer(io_);
    while (!done() && std::chrono::steady_clock::now() < until) {
      timer.expires_after(std::chrono::milliseconds(10));
      co_await timer.async_wait(as_value);
    }
  }

  const AgentOptions options_;
  const List servers_;  // addresses as text
  const Credentials own_;
  const Identity identity_;
  const AgentStart start_;
  const Time started_ = system_clock().now();
  asio::io_context io_{one_io_thread};
  Workers workers_{1};
  ServersSince servers_since_;
  const std::unique_ptr<Journal> journal_;
  const std::unique_ptr<MailSpool> mail_;
  Runner runner_;
  AgentFunctions functions_;
  ServerConnection connection_;
  MailCarrier carrier_;
  AgentDoors doors_;
  asio::steady_timer settling_{io_};
  Watchdog watchdog_{io_, start_.manager};
  asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGHUP};
  bool connected_ = false;
  bool stopping_ = false;  // by a signal
  bool stopped_ = false;   // stop() is done
};

// Root obeys the journal, so no other user may have written it.
Result<void> make_folder(const std::string& folder) {
  if (const auto owner = foreign_owner(folder)) {
    return fail(
        Errc::not_allowed,
        "the data folder {} may be changed by user {}, and the daemon runs as root: chown it, or "
        "--data DIR names another",
        folder, owner->uid);
  }
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (!error) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (!error) return {};
  return fail(Errc::failed, "cannot make the data folder {}: {}; --data DIR names another", folder,
              error.message());
}

struct Joined {
  Membership membership;
  Identity identity;
};

Result<Joined> load_identity(const IdentityFolder& folder) {
  auto membership = folder.load();
  if (!membership) return fail(membership.error());
  if (!*membership) {
    return fail(Errc::not_allowed,
                "this host has not joined a site: `mega join TOKEN` with a token of `mega server "
                "token --role agent`");
  }
  auto identity = read_certificate((*membership)->credentials.certificate);
  if (!identity) return fail(Errc::corrupt, "{}: {}", folder.path(), identity.error().message);
  if (identity->role != "agent") {
    return fail(Errc::not_allowed,
                "the certificate in {} is that of {} as {}: a daemon needs an agent's, from "
                "`mega server token --role agent`; --tls-dir names another folder",
                folder.path(), identity->name, identity->role);
  }
  return Joined{*std::move(*membership), *std::move(identity)};
}

}  // namespace

Result<void> run_agent(const Settings& settings, AgentStart start) {
  auto options = read_agent_options(settings);
  if (!options) return fail(options.error());
  auto joined = load_identity(options->identity);
  if (!joined) return fail(joined.error());
  if (auto made = make_folder(options->folder); !made) return made;
  if (options->log.file.empty()) options->log.file = start.log_file;
  options->run.cgroup = own_cgroup();
  if (auto opened = open_log(options->log); !opened) return opened;
  keep_memory_small();

  const auto lock = LockFile::acquire(options->in_folder(agent_lock_name));
  if (!lock) return fail(lock.error());
  const std::string pid_path = options->pid_file;
  std::optional<Result<LockFile>> pid_file;
  if (!pid_path.empty()) {
    pid_file = LockFile::acquire(pid_path);
    if (!*pid_file) return fail(pid_file->error());
  }
  auto journal = Journal::open(options->in_folder(journal_name), system_clock(),
                               {.keep_outcomes = options->run.keep_outcomes});
  if (!journal) return fail(journal.error());
  auto mail = MailSpool::open(options->in_folder(mail_folder_name));
  if (!mail) return fail(mail.error());

  Agent agent(*std::move(options), std::move(joined->membership), std::move(joined->identity),
              *std::move(journal), *std::move(mail), std::move(start));
  if (auto opened = agent.open_doors(); !opened) return opened;
  agent.run();
  if (pid_file) (*pid_file)->remove(pid_path);
  return {};
}

}  // namespace mega
