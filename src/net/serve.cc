#include "net/serve.h"

#include "base/log.h"
#include "base/text.h"
#include "net/coroutines.h"
#include "net/socket_address.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"
#include "wire/message.h"
#include "wire/parsed_size.h"

#include <algorithm>
#include <cctype>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"serve"};

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr char tls_first_byte = 0x16;

using Moment = PeerConnection::Moment;

Moment now() { return std::chrono::steady_clock::now(); }

// One time-out for all bytes of a frame: the clock starts with the first byte, and restarts only
// for the next frame.
class FrameClock {
 public:
  FrameClock(PeerConnection& connection, const Limits& limits, std::chrono::milliseconds idle_time)
      : connection_(connection), limits_(limits), idle_time_(idle_time) {}

  // Call it before each wait. `empty`: no part of a frame has arrived; `whole`: a frame was
  // completed since the last call.
  void wait_begins(bool empty, bool whole) {
    if (empty) {
      running_ = false;
      if (idle_time_.count() == 0) return connection_.may_send_whenever();
      connection_.must_send_by(now() + idle_time_,
                               "sent nothing for as long as limits.idle_time allows");
    } else if (!running_ || whole) {
      running_ = true;
      connection_.must_send_by(now() + limits_.frame_time,
                               "sent a frame that was not whole within limits.frame_time");
    }
  }

 private:
  PeerConnection& connection_;
  const Limits& limits_;
  const std::chrono::milliseconds idle_time_;
  bool running_ = false;
};

// The incomplete frame of one connection, charged to its account.
class Unfinished {
 public:
  explicit Unfinished(std::shared_ptr<CallerAccount> account) : account_(std::move(account)) {}
  Unfinished(const Unfinished&) = delete;
  ~Unfinished() { set(0); }
  void set(std::size_t bytes) {
    account_->add(Resource::held,
                  static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(bytes_));
    bytes_ = bytes;
  }
  // Small frames always pass: their number is limited.
  bool is_too_much() const {
    return bytes_ > small_payload_bytes && account_->is_over(Resource::held);
  }

 private:
  const std::shared_ptr<CallerAccount> account_;
  std::size_t bytes_ = 0;
};

constexpr const char* too_much_held =
    "sent a large frame while its caller's requests hold as much as limits.held allows";

Budget budget_of(const Limits& limits, bool shared) {
  const auto held = static_cast<std::int64_t>(limits.held_bytes_max);
  return {.most = {limits.requests_max, limits.waits_max, held, held}, .shared = shared};
}

}  // namespace

PeerService::PeerService(asio::io_context& io, Workers& workers, Responder responder, Limits limits,
                         LegacyRule legacy)
    : io_(io),
      workers_(workers),
      limits_(limits),
      legacy_(std::move(legacy)),
      shared_(budget_of(limits, true)),
      local_(budget_of(limits, false)),
      calls_(io, std::move(responder)),
      batch_(io, workers),
      turnstile_({.connections = limits.connections_max,
                  .connections_per_caller = limits.connections_per_address_max,
                  .local_connections = limits.local_connections_max},
                 shared_, local_),
      complaints_(20, std::chrono::seconds(1)),
      next_sweep_(io),
      handshakes_(static_cast<int>(std::thread::hardware_concurrency()) / 2),
      chunk_(chunk_bytes) {}

void PeerService::serve_unix(int fd, Caller caller, std::shared_ptr<CallerAccount> account) {
  const asio::generic::stream_protocol protocol(AF_UNIX, 0);
  auto connection = std::make_shared<PeerConnection>(
      io_, protocol, fd, std::move(caller), PeerConnection::Manner::kept, limits_.answer_time);
  connection->charge_to(std::move(account));
  spawn(io_.get_executor(), serve_unix_socket(std::move(connection)), "serve");
}

void PeerService::serve_tcp(int fd, const std::string& address, std::uint16_t port,
                            std::shared_ptr<CallerAccount> account) {
  const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const asio::generic::stream_protocol protocol(family, IPPROTO_TCP);
  Caller caller{.door = Door::legacy,
                .role = legacy_.allow.contains(address) ? legacy_.role : Role::none,
                .name = {},
                .address = address,
                .peer = host_and_port(address, port)};
  auto connection =
      std::make_shared<PeerConnection>(io_, protocol, fd, std::move(caller),
                                       PeerConnection::Manner::one_answer, limits_.answer_time);
  connection->charge_to(std::move(account));
  spawn(io_.get_executor(), serve_first_byte(std::move(connection)), "serve");
}

void PeerService::turned_away(const std::string& peer, std::string_view why) {
  ++traffic_.connections_refused;
  if (const auto held_back = complaints_.pass(now())) {
    logger.warn("peer={} turned away: {}{}", peer, why,
                *held_back ? fmt::format(" ({} more such lines held back)", *held_back) : "");
  }
}

void PeerService::broken(const PeerConnection& connection, std::string_view why) {
  ++traffic_.connections_broken;
  if (const auto held_back = complaints_.pass(now())) {
    logger.warn("peer={} closed: {}{}", connection.caller().peer, why,
                *held_back ? fmt::format(" ({} more such lines held back)", *held_back) : "");
  }
}

void PeerService::opened(const Held& connection) {
  ++traffic_.connections;
  open_.insert(connection);
  ++open_connections_;
  if (open_.size() == 1) next_sweep_.cancel();  // the sweep sleeps while there are no connections
}

void PeerService::closed(const Held& connection) {
  connection->close();
  turnstile_.leave(*connection->account());
  open_.erase(connection);
  --open_connections_;
}

int PeerService::end_connections(const std::string& name) {
  std::promise<int> ended;
  asio::post(io_, [&] {
    ended.set_value(hang_up_where(
        [&name](const Caller& caller) { return caller.door == Door::tls && caller.name == name; }));
  });
  return ended.get_future().get();
}

int PeerService::hang_up_where(const std::function<bool(const Caller&)>& condition) {
  ++ended_;
  int count = 0;
  for (const Held& connection : open_) {
    if (!condition(connection->caller())) continue;
    connection->hang_up();
    ++count;
  }
  return count;
}

std::int64_t PeerService::unsent_bytes() const {
  return shared_.used_of(Resource::unsent) + local_.used_of(Resource::unsent);
}

asio::awaitable<void> PeerService::serve_unix_socket(Held connection) {
  opened(connection);
  const Reading reading{limits_.frame_bytes_max, limits_.idle_time};
  co_await serve_own(connection, reading);
  closed(connection);
}

asio::awaitable<void> PeerService::serve_own(Held connection, Reading allowed) {
  FrameReader frames(allowed.frame_bytes_max);
  FrameClock clock(*connection, limits_, allowed.idle_time);
  Unfinished unfinished(connection->account());
  int requests = 0;
  for (bool reading = true; reading && !draining_;) {
    bool whole = false;
    while (!draining_) {
      auto payload = frames.next();
      if (!payload) {
        broken(*connection, payload.error().message);
        reading = false;
        break;
      }
      if (!*payload) break;
      whole = true;
      unfinished.set(frames.held());
      if (is_answer(**payload)) {
        reading = co_await take_answer(connection, std::move(**payload));
        if (reading) continue;
        break;
      }
      if (allowed.requests_max > 0 && ++requests > allowed.requests_max) {
        broken(*connection, "asked more often than who has no certificate may");
        reading = false;
        break;
      }
      // Answers in Python form carry no ID, so such a request runs alone on its connection.
      const bool alone = dialect_of(**payload) == Dialect::legacy;
      const int others = alone ? 1 : limits_.requests_per_connection_max;
      if (!connection->has_fewer_than(others)) {
        connection->may_send_whenever();  // this side does not read meanwhile
        co_await connection->until_fewer_than(others);
      }
      if (take_courtesy(connection, **payload)) continue;
      start_call(connection, std::move(**payload), Framing::strict);
      if (alone) co_await connection->until_fewer_than(1);
    }
    if (!reading || draining_) break;
    clock.wait_begins(frames.empty(), whole);
    co_await connection->readable();
    const auto bytes = connection->read(chunk_.data(), chunk_.size());
    if (!bytes) break;
    if (*bytes > 0) connection->keepalive().heard(now());
    frames.feed({chunk_.data(), *bytes});
    unfinished.set(frames.held());
    if (unfinished.is_too_much()) {
      broken(*connection, too_much_held);
      break;
    }
  }
  leave(connection);
  connection->may_send_whenever();
  // The peer may have shut down only its sending side: its requests are still answered.
  co_await connection->until_fewer_than(1);
}

asio::awaitable<void> PeerService::serve_first_byte(Held connection) {
  opened(connection);
  connection->must_send_by(now() + limits_.frame_time, "sent nothing within limits.frame_time");
  // Most peers have sent their request by the time they are accepted.
  auto bytes = connection->read(chunk_.data(), chunk_.size());
  while (bytes && *bytes == 0 && !draining_) {
    co_await connection->readable();
    bytes = connection->read(chunk_.data(), chunk_.size());
  }
  if (bytes && *bytes > 0 && !draining_) {
    const char first = chunk_[0];
    const bool digit = first >= '0' && first <= '9';
    if (first == tls_first_byte) {
      std::string first_bytes(chunk_.data(), *bytes);
      co_await serve_tls(connection, std::move(first_bytes));
    } else if (!digit) {
      turned_away(connection->caller().peer,
                  fmt::format("no dialect begins with {}", quoted({chunk_.data(), 1})));
    } else if (connection->caller().role == Role::none) {
      turned_away(connection->caller().peer,
                  "legacy.allow does not list its address for the legacy dialect");
    } else {
      std::string first_bytes(chunk_.data(), *bytes);
      co_await serve_legacy(connection, std::move(first_bytes));
    }
  }
  closed(connection);
}

// Serves one request with one answer.
asio::awaitable<void> PeerService::serve_legacy(Held connection, std::string first_bytes) {
  const std::size_t bytes_max = std::min(limits_.frame_bytes_max, legacy_.frame_bytes_max);
  LegacyFrameReader frames(bytes_max);
  frames.feed(first_bytes);
  Unfinished unfinished(connection->account());
  connection->must_send_by(now() + limits_.frame_time,
                           "sent a frame that was not whole within limits.frame_time");
  for (;;) {
    auto payload = frames.next();
    if (!payload) {
      broken(*connection, payload.error().message);
      if (frames.held() <= bytes_max) co_return;
      connection->end_sending();
      // The peer learns that it was turned away once it has sent all.
      co_await linger(connection, limits_.frame_bytes_max);
      co_return;
    }
    if (*payload) {
      unfinished.set(0);
      start_call(connection, std::move(**payload), Framing::legacy);
      break;
    }
    co_await connection->readable();
    if (draining_) co_return;
    const auto bytes = connection->read(chunk_.data(), chunk_.size());
    if (bytes) {
      frames.feed({chunk_.data(), *bytes});
      unfinished.set(frames.held());
      if (unfinished.is_too_much()) co_return broken(*connection, too_much_held);
      continue;
    }
    if (connection->was_overdue()) co_return;
    auto last = frames.finish();
    if (!last) co_return broken(*connection, last.error().message);
    unfinished.set(0);
    start_call(connection, std::move(*last), Framing::legacy);
    break;
  }
  connection->may_send_whenever();
  co_await connection->until_fewer_than(1);
  if (!connection->may_close_at_once()) co_await linger(connection);
}

// Waits until the peer has its answer and has closed. Reads and drops bytes that it still sends:
// closing a socket with unread bytes resets the connection, and a reset destroys data in flight to
// the peer.
asio::awaitable<void> PeerService::linger(Held connection, std::size_t bytes_max) {
  std::size_t dropped = 0;
  connection->may_send_whenever();
  connection->must_close_within(limits_.answer_time);
  while (dropped < bytes_max) {
    co_await connection->readable();
    const auto bytes = connection->read(chunk_.data(), chunk_.size());
    if (!bytes) break;
    dropped += *bytes;
  }
  co_await connection->until_fewer_than(1);
}

void PeerService::start_call(const Held& connection, std::string payload, Framing framing) {
  ++traffic_.requests;
  connection->begin_call();
  if (calls_.answered_at_once(connection, payload, framing)) return;
  CallerAccount& account = *connection->account();
  if (account.is_over(Resource::unsent)) return refuse_call(connection, payload, Resource::unsent);
  if (payload.size() > small_payload_bytes && account.is_over(Resource::held)) {
    return refuse_call(connection, payload, Resource::held);
  }
  if (!account.take(Resource::requests, 1)) {
    return refuse_call(connection, payload, Resource::requests);
  }
  calls_.start(batch_, connection, std::move(payload), framing);
}

void PeerService::refuse_call(const Held& connection, const std::string& payload,
                              Resource resource) {
  ++traffic_.requests_refused;
  Error why = too_much(resource);
  broken(*connection, "refused a request: " + why.message);
  connection->end_call(failure_frame(payload, std::move(why)));
}

asio::awaitable<void> PeerService::watch_limits() {
  // Frequent enough for short limits, rare enough to cost nothing.
  auto shortest = std::min({limits_.frame_time, limits_.answer_time, limits_.function_time});
  if (limits_.keepalive_probe.count() > 0) shortest = std::min(shortest, limits_.keepalive_probe);
  const auto period =
      std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
  while (!drained_) {
    const bool idle = open_.empty() && calls_.under_way() == 0;
    next_sweep_.expires_at(idle ? Moment::max() : now() + period);
    co_await next_sweep_.async_wait(as_value);
    const Moment moment = now();
    for (const Held& connection : open_) {
      if (const auto limit = connection->overdue(moment)) broken(*connection, *limit);
      if (connection->has_questions()) connection->questions().give_up(moment);
      if (connection->is_attending()) keep_alive(connection, moment);
      if (connection->followed()) look_for_twin(connection);
    }
    traffic_.requests_timed_out +=
        calls_.give_up_started_before(moment - limits_.function_time, limits_.function_time);
  }
}

asio::awaitable<void> PeerService::drain() {
  draining_ = true;
  for (const Held& connection : open_) connection->stop_reading();
  asio::steady_timer timer(io_);
  while (!open_.empty() || calls_.under_way() > 0) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(as_value);
  }
  drained_ = true;
  next_sweep_.cancel();
}

}  // namespace mega
