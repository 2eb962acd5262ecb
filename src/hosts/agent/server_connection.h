// ServerConnection: the daemon's way to its servers: calls them in turn until one lets it in, beats
// its heart there, renews its certificate, and begins anew when the connection is lost.
//
// How long to wait before a server is called again that could not be reached.
#pragma once

#include "access/agent/identity_folder.h"
#include "base/clock.h"
#include "base/result.h"
#include "hosts/agent/instances.h"
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
  std::chrono::milliseconds refused{300'000};  // by a server that refuses the certificate
};

// Behind so many failures in a row, at least one: twice as long each time. `chance`, of 0 to 1,
// takes up to half of it away, so that a fleet that lost its server does not come back as one.
std::chrono::milliseconds backoff(int failures, bool refused, double chance,
                                  const BackoffRules& rules = {});

// What there is to tell about it.
struct ConnectionState {
  std::string server;             // that it is connected to; empty: none
  std::optional<Time> since;      // of the connection, or of its loss
  std::string error;              // why it is not connected, or why the last heartbeat failed
  std::optional<Time> heartbeat;  // the last that was answered
  bool registered = true;         // as that answer said
  std::optional<Time> next_try;
  std::optional<Time> certificate_until;
};

struct ServerConnectionPlan {
  IdentityFolder identity;
  std::vector<Endpoint> servers;  // empty: the one that was joined
  LinkLimits limits;
};

// Of the io thread. The workers look up names and read the host's facts.
class ServerConnection {
 public:
  ServerConnection(asio::io_context& io, Workers& workers, const Clock& clock,
                   ServerConnectionPlan plan, Link::Handler handler, std::function<void()> changed);

  // Runs until stop().
  asio::awaitable<void> keep();
  void stop();
  bool has_ended() const { return ended_; }

  // Tries again now, and with the certificate that is there now. What is connected with another one
  // is connected anew.
  void look_again();

  // Errors: unavailable when there is no connection, or it is lost; timed_out; the server's own.
  asio::awaitable<Result<Value>> ask(Envelope request, std::chrono::milliseconds limit);

  // Bytes that the server has not taken yet.
  std::size_t unsent() const { return link_ ? link_->unsent() : 0; }

  const ConnectionState& state() const { return state_; }

  // Called when the own certificate was renewed.
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
  asio::steady_timer pause_;  // before the next try
  asio::steady_timer beat_;   // before the next heartbeat
  std::minstd_rand chance_{std::random_device{}()};
  int failures_ = 0;  // in a row
  std::string told_;  // the last complaint in the log, so that it is there once
  bool stopped_ = false;
  bool ended_ = false;  // keep()
};

}  // namespace mega
