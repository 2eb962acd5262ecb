#include "hosts/agent/server_connection.h"

#include "access/agent/certificate_answer.h"
#include "base/log.h"
#include "hosts/agent/heartbeat.h"
#include "hosts/agent/host_facts.h"
#include "net/coroutines.h"
#include "value/python.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"agent"};

constexpr std::chrono::seconds answer_limit{30};
// After a connection that lasted this long, the count of failures begins anew.
constexpr std::chrono::seconds good_after{60};

// Combines the errors of several servers: their common code, else unavailable.
Error both(const Error& before, const Error& now) {
  const Errc code = before.code == now.code ? now.code : Errc::unavailable;
  return {code, fmt::format("{}; {}", before.message, now.message)};
}

}  // namespace

std::chrono::milliseconds backoff(int failures, bool refused, double chance,
                                  const BackoffRules& rules) {
  constexpr int doublings_max = 20;
  const auto doubled = rules.first * (1LL << std::clamp(failures - 1, 0, doublings_max));
  const std::chrono::milliseconds whole =
      refused ? rules.refused : std::min<std::chrono::milliseconds>(doubled, rules.longest);
  const auto taken = static_cast<double>(whole.count()) * std::clamp(chance, 0.0, 1.0) / 2;
  return whole - std::chrono::milliseconds(static_cast<std::int64_t>(taken));
}

ServerConnection::ServerConnection(asio::io_context& io, Workers& workers, const Clock& clock,
                                   ServerConnectionPlan plan, Link::Handler handler,
                                   std::function<void()> changed)
    : io_(io),
      workers_(workers),
      clock_(clock),
      plan_(std::move(plan)),
      handler_(std::move(handler)),
      changed_(std::move(changed)),
      pause_(io),
      beat_(io) {}

asio::awaitable<void> ServerConnection::keep() {
  while (!stopped_) {
    auto link = co_await connect();
    if (!link) {
      ++failures_;
      co_await wait_before_next_try(link.error());
      continue;
    }
    const auto start = clock_.steady();
    connected(*link);
    spawn(io_.get_executor(), beat(*link), "agent");
    const Error why = co_await link_->ended();
    lost(why);
    failures_ = clock_.steady() - start < good_after ? failures_ + 1 : 1;
    co_await wait_before_next_try(why);
  }
  ended_ = true;
}

void ServerConnection::stop() {
  stopped_ = true;
  pause_.cancel();
  beat_.cancel();
  if (link_) link_->close();
}

asio::awaitable<Result<Value>> ServerConnection::ask(Envelope request,
                                                     std::chrono::milliseconds limit) {
  const auto link = link_;
  if (!link) co_return fail(Errc::unavailable, "not connected to a server");
  co_return co_await link->ask(std::move(request), limit);
}

void ServerConnection::look_again() {
  failures_ = 0;
  pause_.cancel();
  const auto before = membership_;
  const auto now = load_membership();
  const bool other =
      now && before && now->credentials.certificate != before->credentials.certificate;
  if (link_ && other) link_->close();
}

//  --- connecting ---

Result<Membership> ServerConnection::load_membership() {
  auto loaded = plan_.identity.load();
  if (!loaded) return fail(loaded.error());
  if (!*loaded) {
    return fail(Errc::not_allowed, "{} holds no certificate any more: `mega join TOKEN`",
                plan_.identity.path());
  }
  membership_ = **loaded;
  const auto identity = read_certificate(membership_->credentials.certificate);
  if (!identity) return fail(identity.error());
  state_.certificate_until = identity->until;
  if (auto valid = check_dates(*identity, clock_.now()); !valid) return fail(valid.error());
  return *membership_;
}

asio::awaitable<Result<std::shared_ptr<Link>>> ServerConnection::connect() {
  const auto membership = load_membership();
  if (!membership) co_return fail(membership.error());
  auto context = TlsContext::client(membership->credentials, clock_);
  if (!context) co_return fail(context.error());
  std::vector<Endpoint> servers = plan_.servers;
  if (servers.empty()) {
    auto joined = parse_public_address(membership->server);
    if (!joined) co_return fail(joined.error());
    servers.push_back(*std::move(joined));
  }
  std::optional<Error> error;
  for (const Endpoint& server : servers) {
    if (stopped_) break;
    LinkLimits limits = plan_.limits;
    limits.issued_since = plan_.servers_since.time();
    auto link = co_await Link::open(io_, workers_, server, *context, limits, handler_);
    if (link) co_return link;
    error = error ? both(*error, link.error()) : link.error();
  }
  co_return fail(error.value_or(Error{Errc::unavailable, "the daemon is stopping"}));
}

void ServerConnection::connected(const std::shared_ptr<Link>& link) {
  link_ = link;
  told_.clear();
  state_.server = link->server();
  state_.since = clock_.now();
  state_.error.clear();
  state_.next_try.reset();
  logger.info("connected to {}", link->server());
  changed_();
  if (stopped_) link->close();
}

void ServerConnection::lost(const Error& why) {
  if (!stopped_) logger.warn("{}: {}", state_.server, why.message);
  told_ = why.message;
  link_.reset();
  beat_.cancel();
  state_.server.clear();
  state_.since = clock_.now();
}

asio::awaitable<void> ServerConnection::wait_before_next_try(Error why) {
  if (stopped_) co_return;
  const bool refused = why.code == Errc::not_allowed || why.code == Errc::unknown_function;
  const double chance = std::uniform_real_distribution<double>(0, 1)(chance_);
  const auto wait = backoff(failures_, refused, chance);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  if (told_ != why.message) logger.warn("{}", why.message);
  if (refused && told_ != why.message) {
    logger.warn("tried again every few minutes, at once on SIGHUP");
  }
  told_ = why.message;
  state_.error = why.message;
  state_.next_try = Time{clock_.now().seconds + seconds};
  changed_();
  pause_.expires_after(wait);
  co_await pause_.async_wait(as_value);
}

//  --- while connected ---

asio::awaitable<void> ServerConnection::beat(std::shared_ptr<Link> link) {
  int failures = 0;
  while (link == link_ && !stopped_) {
    const auto told = co_await beat_once(link);
    if (link != link_) break;
    co_await renew_if_due(link);
    if (link != link_ || stopped_) break;
    failures = told ? 0 : failures + 1;
    beat_.expires_after(told ? until_next_beat() : until_beat_again(failures, told.error()));
    co_await beat_.async_wait(as_value);
  }
}

// The interval less a random part of up to a tenth, so that daemons that connected together
// drift apart.
std::chrono::milliseconds ServerConnection::until_next_beat() {
  const double early = 0.1 * std::uniform_real_distribution<double>(0, 1)(chance_);
  return std::chrono::ceil<std::chrono::milliseconds>(keepalive_ * (1 - early));
}

// Backs off, at most for the heartbeat interval: a busy server soon has time again.
std::chrono::milliseconds ServerConnection::until_beat_again(int failures, const Error& why) {
  const double chance = std::uniform_real_distribution<double>(0, 1)(chance_);
  const auto wait = backoff(failures, why.code == Errc::not_allowed, chance);
  return std::min<std::chrono::milliseconds>(wait, keepalive_);
}

asio::awaitable<Result<void>> ServerConnection::beat_once(std::shared_ptr<Link> link) {
  struct Facts {
    HostFacts host;
    std::vector<FoundInstance> instances;
  };
  auto read = [this] { return Facts{read_host_facts(clock_), instances_.find()}; };
  const Facts facts = co_await run_on(workers_, read);
  if (link != link_) co_return Result<void>();
  const std::string local = link->local_address();
  const std::string address = address_to_report(local).value_or(local);
  Envelope request = heartbeat(address, facts.host, facts.instances);
  const auto answer = co_await link->ask(std::move(request), answer_limit);
  if (link != link_) co_return Result<void>();
  auto read_answer = answer ? heartbeat_answer_from(*answer) : fail(answer.error());
  if (!read_answer) {
    if (state_.error != read_answer.error().message) {
      logger.warn("heartbeat: {}", read_answer.error().message);
    }
    state_.error = read_answer.error().message;
    changed_();
    co_return fail(read_answer.error());
  }
  if (!read_answer->registered && state_.registered) {
    logger.warn("{} does not know this host: `mega call add_server ip=ADDRESS`", link->server());
  }
  state_.registered = read_answer->registered;
  state_.heartbeat = clock_.now();
  state_.error.clear();
  if (read_answer->keepalive) keepalive_ = *read_answer->keepalive;
  move_servers_since(read_answer->servers_since, link->server_issued());
  changed_();
  co_return Result<void>();
}

void ServerConnection::move_servers_since(Time to, Time issued) {
  const auto moved = plan_.servers_since.move(to, issued);
  if (!moved) {
    logger.error("{}", moved.error().message);
  } else if (*moved) {
    logger.info("the site's servers have a new key: certificates from before {} are refused",
                format_local(to));
  }
}

asio::awaitable<void> ServerConnection::renew_if_due(std::shared_ptr<Link> link) {
  const Credentials own = membership_->credentials;
  const auto identity = read_certificate(own.certificate);
  if (!identity || !is_due_for_renewal(*identity, clock_.now())) co_return;
  const auto request = make_request(own.key, identity->name);
  const auto key_pin = request ? pin_of_request(*request) : Result<std::string>(request);
  const auto ca_pin = pin_of(own.ca);
  if (!key_pin || !ca_pin) co_return;
  Envelope renewal{.function = std::string("renew_certificate"),
                   .args = Value(Map{{"request", *request}})};
  const auto answer = co_await link->ask(std::move(renewal), answer_limit);
  const auto received = answer ? read_certificate_answer(*answer, *ca_pin, *key_pin, clock_.now())
                               : Result<ReceivedCertificate>(fail(answer.error()));
  Result<void> kept = received ? plan_.identity.replace_certificate(received->certificate)
                               : Result<void>(fail(received.error()));
  if (!kept) {
    logger.error("the certificate ends {} and is not renewed: {}", format_local(identity->until),
                 kept.error().message);
    co_return;
  }
  membership_->credentials.certificate = received->certificate;
  state_.certificate_until = received->identity.until;
  logger.info("certificate renewed, until {}", format_local(received->identity.until));
  if (renewed_) renewed_(membership_->credentials);
}

}  // namespace mega
