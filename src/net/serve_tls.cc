// PeerService's TLS door: the handshake on separate threads, the peer's identity, and the refusal
// of peers that are not admitted. docs/PROTOCOL.md, "TLS"; docs/decisions/0006-tls.md.
#include "base/text.h"
#include "net/coroutines.h"
#include "net/serve.h"
#include "net/socket_address.h"
#include "trust/crypto.h"
#include "wire/frame.h"
#include "wire/reply.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

using Moment = PeerConnection::Moment;

// A peer without a certificate only asks for one, which needs few and small requests.
constexpr std::size_t joining_frame_bytes_max = 64 << 10;
constexpr int joining_requests_max = 100;

Moment now() { return std::chrono::steady_clock::now(); }

std::optional<Role> role_of(const TlsDoor& door, const Identity& identity) {
  if (door.for_servers) {
    return identity.role == "server" ? std::optional(Role::operator_) : std::nullopt;
  }
  const auto role = parse_role(identity.role);
  return role ? std::optional(*role) : std::nullopt;
}

// The caller that the peer's certificate names; without one, a caller that may join. Errors:
// not_allowed.
Result<Caller> caller_of(const TlsDoor& door, const TlsSession& session, Caller caller) {
  caller.door = Door::tls;
  caller.role = Role::none;
  const auto identity = session.peer();
  if (!identity && door.for_servers) {
    return fail(Errc::not_allowed,
                "it shows no certificate: only servers of the site come in here");
  }
  if (!identity) return caller;
  const auto role = role_of(door, *identity);
  if (!role) {
    return fail(Errc::not_allowed, "the certificate of {} is for a {}, who does not come by here",
                identity->name, quoted(identity->role));
  }
  if (auto dates = check_dates(*identity, door.clock.now()); !dates) return fail(dates.error());
  if (auto admitted = door.admit(*identity); !admitted) return fail(admitted.error());
  caller.role = *role;
  caller.name = identity->name;
  caller.issued = identity->issued();
  caller.key_pin = to_hex(identity->key_pin);
  return caller;
}

// Whether a peer that has completed the handshake is told why it is refused.
bool is_told(Errc code) { return code == Errc::not_allowed || code == Errc::unavailable; }

// When the connection must end; nullopt: no end.
std::optional<Moment> end_of(const TlsDoor& door, const TlsSession& session) {
  const auto identity = session.peer();
  if (!identity) return std::nullopt;
  const std::chrono::seconds left(identity->until.seconds - door.clock.now().seconds);
  return now() + left + clock_tolerance;
}

}  // namespace

void PeerService::refuse(const Held& connection, const TlsDoor& door, const Error& why) {
  ++traffic_.handshakes_failed;
  turned_away(connection->caller().peer, why.message);
  if (!door.refused || why.code != Errc::not_allowed) return;
  Caller who = connection->caller();
  who.door = Door::tls;
  who.role = Role::none;
  door.refused(who, why);
}

asio::awaitable<void> PeerService::serve_tls(Held connection, std::string first_bytes) {
  const std::string address = connection->caller().address;
  const auto door = tls_;
  if (!door)
    co_return turned_away(connection->caller().peer, "it speaks TLS, and that door is shut");
  connection->must_send_by(now() + limits_.frame_time,
                           "did not finish its TLS handshake within limits.frame_time");
  prepare_to_stay(connection->fd());
  auto begun = TlsSession::begin(door->context, connection->fd(), first_bytes);
  if (!begun) co_return broken(*connection, begun.error().message);
  const auto session = std::make_shared<TlsSession>(std::move(*begun));
  auto known = co_await know(connection, session, door);
  if (!known) {
    // A hello that stalls costs as much as one that fails.
    if (connection->was_overdue()) penalties_.failed(address, now());
    co_return;
  }
  if (*known) {
    auto admitted = admit_known(connection, std::move(**known));
    *known = std::move(admitted);
  }
  if (!*known) {
    // A peer that completed the handshake with a certificate of the site is known by name; its
    // address, which others may share, gets no penalty.
    if (!session->is_established()) penalties_.failed(address, now());
    refuse(connection, *door, known->error());
    // After a completed handshake, turn_out() can tell the peer. Otherwise a TLS alert has told it,
    // which must arrive although the peer may have sent its request already.
    if (is_told(known->error().code) && session->is_established()) {
      co_await turn_out(connection, session, known->error());
    } else if (known->error().code != Errc::unavailable) {
      connection->end_sending();
      co_await linger(connection);
    }
    co_return;
  }
  ++traffic_.handshakes;
  const bool joins = (*known)->role == Role::none;
  if (const auto end = end_of(*door, *session)) connection->must_end_at(*end);
  connection->secure(std::move(*session), std::move(**known), PeerConnection::Manner::kept);
  const Reading reading{
      joins ? std::min(joining_frame_bytes_max, limits_.frame_bytes_max) : limits_.frame_bytes_max,
      joins ? limits_.frame_time : limits_.idle_time, joins ? joining_requests_max : 0};
  co_await serve_own(connection, reading);
  if (!joins) co_return;
  if (connection->has_succeeded()) {
    penalties_.succeeded(address);
  } else if (connection->has_asked()) {
    penalties_.failed(address, now());
  } else {
    probes_.failed(address, now());
  }
}

// The last checks of a peer whose handshake is complete. A penalty concerns only peers without a
// certificate: those with one may share their address with others. From here on, a peer with a
// certificate is charged by its name. Errors: unavailable.
Result<Caller> PeerService::admit_known(const Held& connection, Caller caller) {
  if (caller.role == Role::none) {
    const std::string& address = caller.address;
    const auto wait = std::max(penalties_.wait_of(address, now()), probes_.wait_of(address, now()));
    if (wait.count() == 0) return caller;
    return fail(Errc::unavailable,
                "peers without a certificate have failed too often from this address: the next may "
                "try in {} ms",
                wait.count());
  }
  auto account = turnstile_.recognize(*connection->account(), caller.name);
  if (!account) {
    return fail(Errc::unavailable,
                "{} has as many connections as limits.connections_per_address allows",
                quoted(caller.name));
  }
  connection->charge_to(std::move(account));
  return caller;
}

// Completes the handshake and identifies the peer. nullopt: timed out, or the server is stopping.
// Errors: as TlsSession::handshake, not_allowed for a certificate that is no longer valid.
asio::awaitable<std::optional<Result<Caller>>> PeerService::know(
    Held connection, std::shared_ptr<TlsSession> session, std::shared_ptr<const TlsDoor> door) {
  auto step = [session] { return session->handshake(); };
  for (;;) {
    const auto reached = co_await run_on(handshakes_, step);
    if (connection->was_overdue() || draining_) co_return std::nullopt;
    if (!reached) co_return Result<Caller>(fail(reached.error()));
    if (*reached == TlsSession::Step::done) break;
    if (*reached == TlsSession::Step::wants_read) {
      co_await connection->readable();
    } else {
      co_await connection->writable();
    }
  }
  auto identify = [door, session, caller = connection->caller()] {
    return caller_of(*door, *session, caller);
  };
  for (;;) {
    // A revocation during identification looks for connections by name, which this one does not
    // have yet: identify again.
    const std::uint64_t ended = ended_;
    auto caller = co_await run_on(handshakes_, identify);
    if (ended == ended_) co_return caller;
  }
}

// Sends the reason, and closes.
asio::awaitable<void> PeerService::turn_out(Held connection, std::shared_ptr<TlsSession> session,
                                            Error why) {
  Caller nobody = connection->caller();
  connection->secure(std::move(*session), std::move(nobody), PeerConnection::Manner::one_answer);
  connection->begin_call();
  connection->end_call(encode_frame(our_reply(0, fail(std::move(why)))));
  co_await linger(connection);
}

}  // namespace mega
