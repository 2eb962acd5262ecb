// PeerService's requests to agents: attending connections, questions and answers. docs/PROTOCOL.md,
// "Asking both ways".
#include "base/log.h"
#include "base/text.h"
#include "net/coroutines.h"
#include "net/serve.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/reply.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"serve"};

// Larger answers are parsed on a handshake thread, so that they only delay their own connection.
// The workers may all be waiting for answers.
constexpr std::size_t payload_bytes_at_once_max = 64 << 10;

// A peer is disconnected after this many unsolicited answers.
constexpr int unasked_max = 100;

// Bytes may still arrive on a daemon's previous connection for this long after it reconnects.
constexpr std::chrono::seconds left_behind_time{1};

PeerConnection::Moment now() { return std::chrono::steady_clock::now(); }

}  // namespace

// --- from agents; io thread ---

// False: the connection must end.
asio::awaitable<bool> PeerService::take_answer(Held connection, std::string payload) {
  std::optional<Result<Answer>> read;
  if (payload.size() <= payload_bytes_at_once_max) {
    read = parse_reply(payload);
  } else {
    auto read_elsewhere = [&payload] { return parse_reply(payload); };
    read = co_await run_on(handshakes_, read_elsewhere);
  }
  Result<Answer>& answer = *read;
  if (!answer) {
    broken(*connection, answer.error().message);
    co_return false;
  }
  Questions& questions = connection->questions();
  const std::int64_t id = answer->id;
  // A late answer to a question that was given up is not a fault.
  if (questions.take(std::move(*answer)) || (id > 0 && id <= questions.last_id())) co_return true;
  if (connection->note_unasked() < unasked_max) {
    logger.debug("peer={} answers a question that nobody asked, ID {}", connection->caller().peer,
                 id);
    co_return true;
  }
  broken(*connection, "answers questions that nobody asked");
  co_return false;
}

// True: the payload was a courtesy request and is answered.
bool PeerService::take_courtesy(const Held& connection, std::string_view payload) {
  const CourtesyRequest request = read_courtesy(payload);
  const Caller& caller = connection->caller();
  const bool agent = caller.door == Door::tls && caller.role == Role::agent;
  if (request.kind == Courtesy::none || caller.role == Role::none) return false;
  if (request.kind == Courtesy::attend) {
    if (!agent) return false;
    attend(connection);
  }
  // If the peer does not take the answer, the sweep finds out.
  (void)connection->send(encode_frame(our_reply(request.id, Value())));
  return true;
}

void PeerService::attend(const Held& connection) {
  if (connection->is_attending()) return;
  connection->set_attending(true);
  connection->keepalive().heard(now());
  const std::string& name = connection->caller().name;
  bool first = false;
  {
    const std::lock_guard lock(attending_mutex_);
    auto& all = attending_[name];
    first = all.empty();
    for (const Held& older : all) older->set_followed(now());
    all.push_back(connection);
  }
  if (first && presence_) presence_(name, true);
}

// Called when the connection is no longer read from.
void PeerService::leave(const Held& connection) {
  const std::string& name = connection->caller().name;
  bool last = false;
  if (connection->is_attending()) {
    const std::lock_guard lock(attending_mutex_);
    const auto found = attending_.find(name);
    std::erase(found->second, connection);
    last = found->second.empty();
    if (last) attending_.erase(found);
    connection->set_attending(false);
  }
  if (connection->has_questions()) {
    connection->questions().end_all(
        {Errc::unavailable, draining_ ? "the server is stopping"
                                      : fmt::format("the connection of {} was lost", name)});
  }
  if (last && presence_) presence_(name, false);
}

// --- to agents ---

void PeerService::ask(const std::string& name, Envelope request, StreamedAnswer awaited,
                      std::chrono::milliseconds limit) {
  request.id = ++last_question_;
  std::string frame = encode_frame(write_envelope(request, Dialect::ours));
  asio::post(io_, [this, name, id = request.id, frame = std::move(frame),
                   awaited = std::move(awaited), limit]() mutable {
    put_question(name, id, std::move(frame), std::move(awaited), limit);
  });
}

void PeerService::put_question(const std::string& name, std::int64_t id, std::string frame,
                               StreamedAnswer awaited, std::chrono::milliseconds limit) {
  if (draining_) return awaited.end(fail(Errc::unavailable, "the server is stopping"));
  const Held connection = newest_of(name);
  if (!connection) return awaited.end(fail(Errc::unavailable, "{} is not connected", name));
  const auto until =
      limit.count() > 0 ? std::optional(now() + limit) : std::optional<Questions::Moment>();
  connection->questions().open(id, std::move(awaited), until);
  if (const auto sent = connection->send(std::move(frame)); !sent) {
    connection->questions().end(
        id, {sent.error().code, fmt::format("{}: {}", name, sent.error().message)});
  }
}

PeerService::Held PeerService::newest_of(std::string_view name) const {
  const std::lock_guard lock(attending_mutex_);
  const auto found = attending_.find(name);
  return found == attending_.end() ? nullptr : found->second.back();
}

bool PeerService::present(std::string_view name) const {
  const std::lock_guard lock(attending_mutex_);
  return attending_.find(name) != attending_.end();
}

// Checks an agent's previous connection: after reconnecting, a daemon sends nothing there; if bytes
// come, two daemons share a certificate.
void PeerService::look_for_twin(const Held& connection) {
  if (connection->keepalive().last_heard() < *connection->followed() + left_behind_time) return;
  connection->set_followed(std::nullopt);
  const std::string& name = connection->caller().name;
  const Held newest = newest_of(name);
  if (!newest || newest == connection) return;
  logger.warn(
      "two daemons come as {}, peer={} and peer={}, which gets the orders: was a host copied with "
      "its certificate? On the copy: mega join TOKEN --force, with a token for another name",
      mega::quoted(name), connection->caller().peer, newest->caller().peer);
}

void PeerService::keep_alive(const Held& connection, PeerConnection::Moment moment) {
  Keepalive& keepalive = connection->keepalive();
  if (limits_.keepalive_probe.count() == 0) return;
  if (moment < keepalive.next(limits_.keepalive_probe)) return;
  if (!connection->has_fewer_than(limits_.requests_per_connection_max)) {
    return keepalive.heard(moment);  // this side does not read meanwhile
  }
  switch (keepalive.due(moment, limits_.keepalive_probe)) {
    case Keepalive::Due::nothing:
      return;
    case Keepalive::Due::ping: {
      // The pong counts as heard; its ID counts as a question given up, so it is not unsolicited.
      const CourtesyRequest ping{Courtesy::ping, ++last_question_};
      connection->questions().note_asked(ping.id);
      ++traffic_.pings;
      (void)connection->send(encode_frame(write_courtesy(ping)));
      return;
    }
    case Keepalive::Due::end:
      broken(*connection, "has not answered for as long as keepalive_probe allows");
      connection->hang_up();
      return;
  }
}

}  // namespace mega
