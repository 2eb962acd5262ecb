#include "net/link.h"

#include "base/file.h"
#include "base/log.h"
#include "net/coroutines.h"
#include "net/socket_address.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/reply.h"

#include <sys/socket.h>
#include <time.h>

#include <cerrno>
#include <iterator>
#include <utility>
#include <vector>

namespace mega {
namespace {

constexpr Logger logger{"link"};

// The size of one TLS record, so that no part of it stays unread inside the session.
constexpr std::size_t chunk_bytes = 16 << 10;

using Moment = Keepalive::Moment;

// Advances while the machine is suspended: by the time it resumes the server has given up the link.
Moment now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return Moment(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

// Connects a socket to one address.
asio::awaitable<Result<StreamSocket>> connect(asio::io_context& io, SocketAddress address,
                                              std::chrono::milliseconds limit) {
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) co_return fail(system_error("open a socket for", address.host(), errno));
  const asio::generic::stream_protocol protocol(address.family(), IPPROTO_TCP);
  StreamSocket socket(io, protocol, fd);
  const asio::generic::stream_protocol::endpoint to(address.data(), address.size());
  const Deadline deadline(io.get_executor(), limit, [&socket] {
    asio::error_code ignored;
    socket.cancel(ignored);
  });
  const auto connected = co_await socket.async_connect(to, as_value);
  const auto& [error] = connected;
  if (deadline.passed()) co_return fail(Errc::unavailable, "no connection in time");
  if (error) co_return fail(Errc::unavailable, "{}", describe_errno(error.value()));
  prepare_to_stay(fd);
  co_return socket;
}

// Completes the client's side of the handshake. The server's decision on our certificate shows
// later.
asio::awaitable<Result<TlsSession>> shake_hands(std::shared_ptr<StreamSocket> socket,
                                                TlsContext context,
                                                std::chrono::milliseconds limit) {
  auto session = TlsSession::begin(context, socket->native_handle());
  if (!session) co_return fail(session.error());
  const Deadline deadline(socket->get_executor(), limit, [socket] {
    asio::error_code ignored;
    socket->cancel(ignored);
  });
  for (;;) {
    const auto step = session->handshake();
    if (!step) co_return fail(step.error());
    if (*step == TlsSession::Step::done) co_return std::move(session);
    const auto wanted =
        *step == TlsSession::Step::wants_read ? StreamSocket::wait_read : StreamSocket::wait_write;
    co_await socket->async_wait(wanted, as_value);
    if (deadline.passed()) co_return fail(Errc::unavailable, "no TLS handshake in time");
  }
}

asio::awaitable<Result<std::shared_ptr<PeerConnection>>> reach(asio::io_context& io, Workers& names,
                                                               Endpoint server, TlsContext context,
                                                               LinkLimits limits) {
  auto look_up = [&server] { return resolve(server.host, server.port); };
  const auto addresses = co_await run_on(names, look_up);
  if (!addresses) co_return fail(addresses.error());
  Error error{Errc::unavailable, "no address"};
  for (const SocketAddress& address : *addresses) {
    auto connected = co_await connect(io, address, limits.connect);
    if (!connected) {
      error = {connected.error().code,
               fmt::format("cannot connect to {}: {}", to_text(server), connected.error().message)};
      continue;
    }
    const auto socket = std::make_shared<StreamSocket>(std::move(*connected));
    auto session = co_await shake_hands(socket, context, limits.connect);
    if (!session) {
      error = {session.error().code,
               fmt::format("{}: {}", to_text(server), session.error().message)};
      continue;
    }
    const auto identity = session->peer();
    if (identity && identity->issued() < limits.issued_since) {
      error = {Errc::not_allowed,
               fmt::format("{}: its certificate is older than the key that the site's servers have "
                           "had since {}",
                           to_text(server), format_local(limits.issued_since))};
      continue;
    }
    Caller peer{.door = Door::tls,
                .role = Role::none,
                .name = identity ? identity->name : "",
                .address = address.host(),
                .peer = to_text(server),
                .issued = identity ? identity->issued() : Time{}};
    const asio::generic::stream_protocol protocol(address.family(), IPPROTO_TCP);
    auto connection =
        std::make_shared<PeerConnection>(io, protocol, socket->release(), peer,
                                         PeerConnection::Manner::kept, std::chrono::seconds(30));
    connection->secure(std::move(*session), std::move(peer), PeerConnection::Manner::kept);
    co_return connection;
  }
  co_return fail(std::move(error));
}

}  // namespace

Link::Link(std::shared_ptr<PeerConnection> connection, LinkLimits limits, Handler handler)
    : connection_(std::move(connection)),
      limits_(limits),
      handler_(std::move(handler)),
      over_(connection_->executor(), Moment::max()),
      probe_(connection_->executor()) {}

Link::~Link() = default;

asio::awaitable<Result<std::shared_ptr<Link>>> Link::open(asio::io_context& io, Workers& names,
                                                          Endpoint server, TlsContext context,
                                                          LinkLimits limits, Handler handler) {
  auto reached = co_await reach(io, names, server, context, limits);
  if (!reached) co_return fail(reached.error());
  const std::shared_ptr<Link> link(new Link(std::move(*reached), limits, std::move(handler)));
  link->connection_->keepalive().heard(now());
  spawn(io.get_executor(), read_all(link), "link");
  Envelope attend{.function = std::string(attend_function)};
  const auto let_in = co_await link->ask(std::move(attend), limits.answer);
  if (!let_in) {
    const Error why = link->end_ ? *link->end_ : let_in.error();
    link->close();
    co_return fail(why.code, "{}: {}", to_text(server), why.message);
  }
  logger.debug("{} lets us in", to_text(server));
  if (limits.keepalive_probe.count() > 0) spawn(io.get_executor(), keep_alive(link), "link");
  co_return link;
}

// --- asking ---

asio::awaitable<Result<Value>> Link::ask(Envelope request, std::chrono::milliseconds limit) {
  if (end_) co_return fail(*end_);
  struct Waiting {
    explicit Waiting(const asio::any_io_executor& executor, std::chrono::milliseconds time)
        : timer(executor, time) {}
    asio::steady_timer timer;
    List items;  // of the parts
    std::optional<Result<Value>> result;
  };
  const auto self = shared_from_this();
  const auto waiting = std::make_shared<Waiting>(connection_->executor(), limit);
  request.id = ++last_id_;
  StreamedAnswer awaited{.part =
                             [waiting](Value part) {
                               if (auto* items = part.as<List>()) {
                                 std::move(items->begin(), items->end(),
                                           std::back_inserter(waiting->items));
                               }
                               return true;
                             },
                         .end =
                             [waiting](Result<Value> result) {
                               waiting->result = std::move(result);
                               waiting->timer.cancel();
                             }};
  connection_->questions().open(request.id, std::move(awaited));
  auto sent = connection_->send(encode_frame(write_envelope(request, Dialect::ours)));
  if (!sent) connection_->questions().end(request.id, sent.error());
  if (!waiting->result) co_await waiting->timer.async_wait(as_value);
  connection_->questions().end(request.id, {Errc::timed_out, "no answer in time"});
  auto& result = *waiting->result;
  if (result && !waiting->items.empty()) {
    if (auto* last = result->as<List>()) {
      std::move(last->begin(), last->end(), std::back_inserter(waiting->items));
    }
    co_return Value(std::move(waiting->items));
  }
  co_return std::move(result);
}

std::string Link::local_address() const {
  if (end_) return "";
  const auto address = SocketAddress::of(connection_->fd());
  return address ? address->host() : "";
}

// --- receiving ---

asio::awaitable<void> Link::read_all(std::shared_ptr<Link> self) {
  PeerConnection& connection = *self->connection_;
  FrameReader frames(self->limits_.frame_bytes_max);
  std::vector<char> chunk(chunk_bytes);
  std::optional<Error> error;
  while (!error) {
    auto payload = frames.next();
    if (!payload) {
      error = payload.error();
    } else if (*payload) {
      error = self->take(std::move(**payload));
    } else {
      co_await connection.readable();
      const auto bytes = connection.read(chunk.data(), chunk.size());
      if (!bytes) break;
      if (*bytes > 0) connection.keepalive().heard(now());
      frames.feed({chunk.data(), *bytes});
    }
  }
  self->end_ = error ? *error : self->why_it_ended();
  connection.hang_up();
  connection.questions().end_all(*self->end_);
  connection.close();
  self->probe_.cancel();
  self->over_.cancel();
}

// An error ends the link.
std::optional<Error> Link::take(std::string payload) {
  if (!is_answer(payload)) {
    take_request(payload);
    return std::nullopt;
  }
  auto answer = parse_reply(payload);
  if (!answer) return answer.error();
  // An error with ID 0 is the server's last message: the reason for refusing the link.
  if (answer->id == 0 && !answer->result) return answer->result.error();
  connection_->questions().take(std::move(*answer));
  return std::nullopt;
}

void Link::take_request(std::string_view payload) {
  if (const auto courtesy = read_courtesy(payload); courtesy.kind == Courtesy::ping) {
    (void)connection_->send(encode_frame(our_reply(courtesy.id, Value())));
    return;
  }
  std::int64_t id = 0;
  auto request = parse_envelope(payload, &id);
  const auto answering = std::make_shared<Answering>(connection_, id);
  if (!request) {
    answering->end(fail(request.error()));
    return;
  }
  handler_(std::move(*request), answering);
}

Error Link::why_it_ended() {
  if (silent_) {
    return {Errc::unavailable, "the server has not answered for as long as keepalive_probe allows"};
  }
  const std::string complaint = connection_->complaint();
  if (!complaint.empty()) return {Errc::not_allowed, complaint};
  return {Errc::unavailable, "the connection was closed"};
}

asio::awaitable<Error> Link::ended() {
  const auto self = shared_from_this();
  while (!end_) co_await over_.async_wait(as_value);
  co_return *end_;
}

asio::awaitable<void> Link::keep_alive(std::shared_ptr<Link> self) {
  // Waits a quarter longer than the server, so that the server pings first: one ping serves both.
  const std::chrono::milliseconds probe = self->limits_.keepalive_probe * 5 / 4;
  Keepalive& keepalive = self->connection_->keepalive();
  while (!self->end_) {
    self->probe_.expires_after(keepalive.next(probe) - now());
    co_await self->probe_.async_wait(as_value);
    if (self->end_) break;
    switch (keepalive.due(now(), probe)) {
      case Keepalive::Due::nothing:
        break;
      case Keepalive::Due::ping: {
        const CourtesyRequest ping{Courtesy::ping, ++self->last_id_};
        (void)self->connection_->send(encode_frame(write_courtesy(ping)));
        break;
      }
      case Keepalive::Due::end:
        self->silent_ = true;
        self->connection_->hang_up();
        break;
    }
  }
}

}  // namespace mega
