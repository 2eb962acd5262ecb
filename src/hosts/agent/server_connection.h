// ServerConnection: the daemon's connection to its servers. It tries the servers in turn until one
// accepts it, sends heartbeats there, renews the certificate, and reconnects with exponential
// backoff when the connection is lost.
#pragma once

#include "access/agent/identity_folder.h"
#include "base/clock.h"
#include "base/result.h"
#include "hosts/agent/instances.h"
#include "hosts/agent/servers_since.h"
#include "net/asio.h"
#include "net/endpoint.h"
#include "net/link.h"
#include "net/workers.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mega {

struct BackoffRules {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{60'000};
  std::chrono::milliseconds refused{300'000};  // after a refusal, which seldom ends soon
};

// The wait after `failures` failures in a row (at least 1): `first`, doubled with each failure up
// to `longest`; `refused` after a refusal. `chance`, from 0 to 1, takes away up to half of the
// wait, so that the hosts of a fleet do not all reconnect at the same moment.
std::chrono::milliseconds backoff(int failures, bool refused, double chance,
                                  const BackoffRules& rules = {});

// The state of the connection, for status output.
struct ConnectionState {
  std::string server;             // the connected server; empty: none
  std::optional<Time> since;      // when the connection was opened or lost
  std::string error;              // why it is not connected, or why the last heartbeat failed
  std::optional<Time> heartbeat;  // when the last heartbeat was answered
  bool registered = true;         // from the answer to the last heartbeat
  std::optional<Time> next_try;
  std::optional<Time> certificate_until;
};

// The parameters of ServerConnection, which `servers_since` must outlive.
struct ServerConnectionPlan {
  IdentityFolder identity;
  std::vector<Endpoint> servers;  // empty: the server that was joined
  LinkLimits limits;
  ServersSince& servers_since;
};

// Runs on the io thread. The workers resolve names and read the host's facts.
class ServerConnection {
 public:
  ServerConnection(asio::io_context& io, Workers& workers, const Clock& clock,
                   ServerConnectionPlan plan, Link::Handler handler, std::function<void()> changed);

  // Runs until stop().
  asio::awaitable<void> keep();
  void stop();
  bool has_ended() const { return ended_; }

  // Retries at once and reloads the certificate. Reconnects if the certificate has changed.
  void look_again();

  // Errors: unavailable when there is no connection or it is lost; timed_out; those of the server.
  asio::awaitable<Result<Value>> ask(Envelope request, std::chrono::milliseconds limit);

  // Bytes queued and not yet sent to the server.
  std::size_t unsent() const { return link_ ? link_->unsent() : 0; }

  const ConnectionState& state() const { return state_; }

  // `told` is called after the certificate was renewed.
  void on_renewal(std::function<void(const Credentials&)> told) { renewed_ = std::move(told); }

 private:
  asio::awaitable<Result<std::shared_ptr<Link>>> connect();
  Result<Membership> load_membership();
  asio::awaitable<void> beat(std::shared_ptr<Link> link);
  asio::awaitable<Result<void>> beat_once(std::shared_ptr<Link> link);
  std::chrono::milliseconds until_next_beat();
  std::chrono::milliseconds until_beat_again(int failures, const Error& why);
  asio::awaitable<void> renew_if_due(std::shared_ptr<Link> link);
  asio::awaitable<void> wait_before_next_try(Error why);
  void move_servers_since(Time to, Time issued);
  void connected(const std::shared_ptr<Link>& link);
  void lost(const Error& why);

  asio::io_context& io_;
  Workers& workers_;
  const Clock& clock_;
  const ServerConnectionPlan plan_;
  const Link::Handler handler_;
  const std::function<void()> changed_;
  std::function<void(const Credentials&)> renewed_;

  ConnectionState state_;
  std::optional<Membership> membership_;
  std::shared_ptr<Link> link_;
  InstanceFinder instances_;
  std::chrono::seconds keepalive_{300};
  asio::steady_timer pause_;  // until the next attempt
  asio::steady_timer beat_;   // until the next heartbeat
  std::minstd_rand chance_{std::random_device{}()};
  int failures_ = 0;  // in a row
  std::string told_;  // the last error in the log; it is logged once
  bool stopped_ = false;
  bool ended_ = false;  // keep() has returned
};

}  // namespace mega
