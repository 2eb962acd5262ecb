#include "server/server.h"

#include "access/server/site.h"
#include "access/store/access_store.h"
#include "alerts/server/lookout.h"
#include "api/dispatch.h"
#include "api/held_answers.h"
#include "api/peers.h"
#include "api/refusals.h"
#include "api/status.h"
#include "api/write_shares.h"
#include "audit/audit_store.h"
#include "base/as_owner.h"
#include "base/data_folder.h"
#include "base/log.h"
#include "base/process.h"
#include "hosts/server/agents.h"
#include "hosts/server/own_host.h"
#include "hosts/store/directory.h"
#include "hosts/store/host_store.h"
#include "inventory/store/inventory.h"
#include "keeping/backup.h"
#include "mail/server/mailer.h"
#include "mail/store/mail_store.h"
#include "net/coroutines.h"
#include "net/watchdog.h"
#include "schedules/server/scheduler.h"
#include "schedules/store/schedule_store.h"
#include "server/data_folder.h"
#include "server/options.h"
#include "sql/database.h"
#include "tasks/server/task_engine.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

namespace mega {
namespace {

constexpr Logger logger{"server"};

constexpr int exit_code_of_second_signal = 1;

// Worker threads that serve only the unix socket, so that the admin need not wait for others.
constexpr int reserved_workers = 1;

// Adds a refused peer to the audit; a job for a worker, because the store blocks.
class RefusedPeer : public Job {
 public:
  RefusedPeer(const Api& api, Caller peer, Error why)
      : api_(api), peer_(std::move(peer)), why_(std::move(why)) {}

  void run() override {
    api_.refusals->note(api_.clock, peer_, {.function = "(connection)"}, why_);
  }

 private:
  const Api& api_;
  const Caller peer_;
  const Error why_;
};

// The connections of the service, as functions see them.
class ServicePeers final : public Peers {
 public:
  explicit ServicePeers(PeerService& service) : service_(service) {}

  int end_connections(std::string_view name) override {
    return service_.end_connections(std::string(name));
  }
  bool present(std::string_view name) const override { return service_.present(name); }

 private:
  PeerService& service_;
};

// The stores of all modules, over one database.
struct Stores {
  explicit Stores(std::unique_ptr<Database> opened) : database(std::move(opened)) {}

  Services services() {
    Services services;
    services.add(*database);
    services.add(audit);
    services.add(inventory);
    services.add(access);
    services.add(hosts);
    services.add(directory);
    services.add(tasks);
    services.add(scripts);
    services.add(schedules);
    services.add(mail);
    return services;
  }

  const std::unique_ptr<Database> database;
  AuditStore audit{*database};
  Inventory inventory{*database};
  AccessStore access{*database};
  HostStore hosts{*database};
  HostDirectory directory{*database, inventory};
  TaskStore tasks{*database};
  ScriptStore scripts{*database};
  ScheduleStore schedules{*database};
  MailStore mail{*database};
};

// Owns the parts. Members are destroyed in reverse order of declaration.
class Serving {
 public:
  Serving(const Settings& settings, ServerOptions options, std::unique_ptr<Database> database,
          std::unique_ptr<Authority> authority, const ServiceManager& manager)
      : settings_(settings),
        options_(std::move(options)),
        manager_(manager),
        stores_(std::move(database)),
        authority_(std::move(authority)),
        tasks_(stores_.tasks, stores_.scripts, system_clock(), agents_, options_.tasks),
        mailer_(stores_.mail, system_clock(), options_.mail),
        api_{.clock = system_clock(),
             .services = stores_.services(),
             .legacy_functions = options_.legacy_functions,
             .rules = options_.rules,
             .role_of = [this](std::string_view name) { return role_of(name); },
             .failures = &failures_,
             .spool_folder = options_.folder,
             .refusals = std::make_shared<Refusals>(
                 [this](const Author& author, const Error& why, std::int64_t held_back) {
                   return stores_.audit.add_refusal(author, why, held_back);
                 }),
             .shares = std::make_shared<WriteShares>(),
             .held_answers = std::make_shared<HeldAnswers>()},
        lookout_(api_.services, stores_.mail, system_clock(), mailer_.outbox(), options_.lookout),
        workers_(options_.workers, reserved_workers),
        service_(
            io_, workers_,
            [this](const Caller& caller, std::string_view payload) {
              return answer(api_, caller, payload);
            },
            options_.limits, options_.legacy),
        scheduler_(api_, options_.legacy, options_.schedules_parallel) {
    add_services();
    agents_.serve(service_);
    service_.answer_at_once([this](const Caller& caller, std::string_view payload) {
      return mega::answer_at_once(api_, caller, payload);
    });
    service_.on_presence([this](const std::string& name, bool there) {
      agents_.note(name, there);
      tasks_.wake();
    });
    mailer_.tell(lookout_.alerts());
  }

  // The mailer raises notices: it ends before the lookout.
  ~Serving() { mailer_.stop(); }
  Serving(const Serving&) = delete;

  Result<void> open_doors() {
    if (auto opened = open_tls(); !opened) return opened;
    const std::string path = path_in(options_.folder, socket_file_name);
    auto local = Listener::unix_socket(io_, path);
    if (!local) return fail(local.error());
    for (const ListenAddress& address : options_.listen) {
      auto tcp = Listener::tcp(io_, address);
      if (!tcp) return fail(tcp.error());
      doors_.push_back(std::move(*tcp));
    }
    std::set<std::int64_t> own_ports;
    for (const auto& door : doors_) {
      listening_.push_back(door->name());
      if (const auto own = parse_listen_address(door->name(), 0)) own_ports.insert(own->port);
    }
    tasks_.keep_off(std::move(own_ports));
    doors_.push_back(std::move(*local));
    return {};
  }

  // Runs until a signal ends it.
  void run() {
    mailer_.start();
    lookout_.start(settings_);
    for (const auto& door : doors_) {
      spawn(io_.get_executor(), door->accept_all(service_), "listen");
    }
    spawn(io_.get_executor(), service_.watch_limits(), "serve");
    spawn(io_.get_executor(), heed_signals(), "server");
    spawn(io_.get_executor(), keep_certificate(), "server");
    tasks_.start();
    scheduler_.start();
    tell_ready();
    watchdog_.start();
    io_.run();
    logger.info("stopped");
  }

 private:
  // Adds the services, beside the stores, that functions use. Call it before a function runs.
  void add_services() {
    Services& services = api_.services;
    services.add<const HostClaims>(own_hosts_);
    services.add<const Authority>(*authority_);
    services.add<Peers>(peers_);
    services.add<const Site>(site_);
    services.add<const DaemonNetworks>(options_.daemons);
    services.add<const HeartbeatSettings>(options_.heartbeats);
    services.add<const ServerReport>(report_);
    services.add<Tasks>(tasks_);
    services.add<const Outbox>(mailer_.outbox());
    services.add<const Alerts>(lookout_.alerts());
    services.add<const Notices>(lookout_.alerts());
    services.add<ScheduleDriver>(scheduler_);
  }

  // Uses the server's current certificate for new TLS connections.
  Result<void> open_tls() {
    auto context = TlsContext::server(authority_->own());
    if (!context) return fail(context.error());
    service_.open_tls(
        {.context = std::move(*context),
         .clock = system_clock(),
         .admit = [this](const Identity& who) { return stores_.access.admit_certificate(who); },
         .refused =
             [this](const Caller& who, const Error& why) {
               workers_.push(std::make_unique<RefusedPeer>(api_, who, why));
             }});
    return {};
  }

  // Called on workers.
  std::optional<Role> role_of(std::string_view name) const {
    const auto text = stores_.access.role_of(name);
    const auto role = text && *text ? parse_role(**text) : Result<Role>(fail(Errc::not_found, ""));
    return role ? std::optional<Role>(*role) : std::nullopt;
  }

  // Logs warnings about the settings.
  void warn() const {
    const auto is_known = [this](std::string_view name) {
      const auto role = stores_.access.role_of(name);
      return !role || role->has_value();
    };
    if (const auto warning = warning_of_clear(options_); !warning.empty()) {
      logger.warn("{}", warning);
    }
    for (const std::string& warning : warnings_of_names(options_.rules, is_known)) {
      logger.warn("{}", warning);
    }
  }

  void tell_ready() const {
    std::string line = "ready";
    for (const auto& door : doors_) {
      line += fmt::format(" {}={}", door == doors_.back() ? "unix" : "tcp", door->name());
    }
    warn();
    logger.info("{} version={} workers={}", line, MEGA_VERSION, workers_.threads());
    fmt::print("{}\n", line);
    std::fflush(stdout);
    manager_.tell(fmt::format("READY=1\nSTATUS=version {}, {}", MEGA_VERSION, line));
  }

  asio::awaitable<void> heed_signals() {
    while (!stopped_) {
      auto caught = co_await signals_.async_wait(as_value);
      auto& [error, signal] = caught;
      if (error) continue;  // cancelled by stop()
      if (signal == SIGHUP) {
        reopen();
      } else if (!std::exchange(stopping_, true)) {
        logger.info(
            "{}: no new requests; {} under way are answered first, {} runs of schedules end",
            name_of(signal), service_.calls_under_way(), scheduler_.under_way());
        manager_.tell("STOPPING=1");
        spawn(io_.get_executor(), stop(), "server");
      } else {
        logger.warn("{} again: leaving at once, {} requests are not answered", name_of(signal),
                    service_.calls_under_way());
        ::_exit(exit_code_of_second_signal);
      }
    }
  }

  static std::string_view name_of(int signal) { return signal == SIGTERM ? "SIGTERM" : "SIGINT"; }

  void reopen() {
    if (const auto reopened = reopen_log(); !reopened) {
      logger.error("{}", reopened.error().message);
    } else {
      logger.info("log opened again");
    }
    reload_time_zone();
    scheduler_.zone_changed();
    spawn(io_.get_executor(), refresh_certificate(), "server");
  }

  asio::awaitable<void> stop() {
    for (const auto& door : doors_) door->close();
    scheduler_.close();
    tasks_.stop();  // answers pending watches
    api_.held_answers->stop();
    co_await service_.drain();
    const auto drain_schedules = [this] {
      scheduler_.drain();
      return true;
    };
    co_await run_on(workers_, drain_schedules);
    stopped_ = true;
    renewal_.cancel();
    watchdog_.stop();
    signals_.cancel();
  }

  // Every hour: the server's certificate expires, and the host's addresses and files may change.
  asio::awaitable<void> keep_certificate() {
    while (!stopped_) {
      renewal_.expires_after(std::chrono::hours(1));
      co_await renewal_.async_wait(as_value);
      if (stopped_) co_return;
      co_await refresh_certificate();
    }
  }

  asio::awaitable<void> refresh_certificate() {
    const Time since = authority_->servers_since();
    auto refresh = [this] { return authority_->refresh(system_clock().now(), own_hosts()); };
    const auto changed = co_await run_on(workers_, refresh);
    if (!changed) {
      logger.error("the server's certificate stays as it was: {}", changed.error().message);
    } else if (*changed) {
      logger.info("the server's certificate is another one from now on");
      if (auto opened = open_tls(); !opened) logger.error("{}", opened.error().message);
      if (authority_->servers_since() != since) tell_of_new_key();
    }
  }

  // Daemons that connect again see the new certificate, and hear from when on servers have it.
  void tell_of_new_key() {
    const auto is_agent = [](const Caller& caller) {
      return caller.door == Door::tls && caller.role == Role::agent;
    };
    logger.info("the server's key was replaced: {} daemons connect again",
                service_.hang_up_where(is_agent));
  }

  // Called on workers.
  Result<std::string> own_address() const { return public_address(options_.advertise, listening_); }

  // Called on workers.
  Map report() const {
    const Traffic& traffic = service_.traffic();
    Map map;
    map.set("started", started_);
    map.set("uptime_s", system_clock().now().seconds - started_.seconds);
    map.set("pid", static_cast<std::int64_t>(::getpid()));
    map.set("data", options_.folder);
    map.set("connections", service_.connections());
    map.set("connections_accepted", traffic.connections.load());
    map.set("connections_refused", traffic.connections_refused.load());
    map.set("connections_broken", traffic.connections_broken.load());
    map.set("requests", traffic.requests.load());
    map.set("requests_refused", traffic.requests_refused.load());
    map.set("requests_timed_out", traffic.requests_timed_out.load());
    map.set("errors", failures_.load());
    map.set("handshakes", traffic.handshakes.load());
    map.set("handshakes_failed", traffic.handshakes_failed.load());
    map.set("under_way", service_.calls_under_way());
    map.set("queue", static_cast<std::int64_t>(workers_.waiting()));
    map.set("workers", workers_.threads());
    map.set("schedules_running", scheduler_.under_way());
    map.set("memory_bytes", resident_bytes());
    return map;
  }

  const Settings& settings_;
  const ServerOptions options_;
  const ServiceManager& manager_;
  const Time started_ = system_clock().now();
  Stores stores_;
  const std::unique_ptr<Authority> authority_;
  std::atomic<std::int64_t> failures_{0};
  PeerAgents agents_;
  TaskEngine tasks_;  // destroyed after its callers and service_
  Mailer mailer_;
  Api api_;
  Lookout lookout_;
  asio::io_context io_{one_io_thread};
  Workers workers_;
  PeerService service_;
  ServicePeers peers_{service_};
  const OwnHosts own_hosts_{stores_.hosts};
  const Site site_{[this] { return own_address(); }};
  const ServerReport report_{[this] { return report(); }};
  std::vector<std::unique_ptr<Listener>> doors_;  // the unix socket is the last
  std::vector<std::string> listening_;  // names of the tcp doors; constant once requests come
  Scheduler scheduler_;
  asio::steady_timer renewal_{io_};
  Watchdog watchdog_{io_, manager_};
  asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGHUP};
  bool stopping_ = false;  // by a signal
  bool stopped_ = false;   // all requests are answered
};

// Fits limits.connections to the file-descriptor limit, with some left for the unix socket: lowers a
// default value, logged as info; keeps a value that was set explicitly, with a warning.
void fit_connections(ServerOptions& options) {
  int& wanted = options.limits.connections_max;
  const int descriptors = raise_descriptor_limit();
  const int possible =
      descriptors - std::min(options.limits.local_connections_max, descriptors / 8);
  if (wanted <= possible) return;
  if (options.connections_set) {
    logger.warn(
        "limits.connections = {}, but the system allows open files for {} only: beyond that, "
        "connections wait (LimitNOFILE of the unit, ulimit -n)",
        wanted, possible);
    return;
  }
  logger.info("at most {} connections: the system allows no more open files", possible);
  wanted = possible;
}

// One connection for each thread that reads, so that no thread waits for another; the io thread
// must not wait at all. The 5 are the io thread, the mailer, the lookout and the two of the tasks.
int readers_of(const ServerOptions& options) {
  return options.workers + reserved_workers + options.schedules_parallel + 5;
}

}  // namespace

Result<void> run_server(const Settings& settings, const ServiceManager& manager) {
  auto options = read_options(settings);
  if (!options) return fail(options.error());
  if (auto opened = open_log(options->log); !opened) return opened;
  keep_memory_small();
  fit_connections(*options);

  const AsOwner as_owner(options->folder);  // all threads below, too
  if (auto made = make_data_folder(options->folder); !made) return made;
  const auto lock = FolderLock::acquire(options->folder);
  if (!lock) return fail(lock.error());
  if (auto tidied = tidy_folder(options->folder); !tidied) return tidied;
  auto database =
      Database::open({.folder = options->folder, .readers = readers_of(*options)}, system_clock());
  if (!database) return fail(database.error());

  auto authority = open_authority(options->folder, AccessStore(**database), NewCa::first_only);
  if (!authority) return fail(authority.error());
  if ((*authority)->made_now()) {
    logger.info("made the CA of site {}", (*authority)->site());
  }

  Serving server(settings, std::move(*options), std::move(*database), std::move(*authority),
                 manager);
  if (auto opened = server.open_doors(); !opened) return opened;
  server.run();
  return {};
}

}  // namespace mega
