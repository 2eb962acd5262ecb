#include "agent/doors.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/coroutines.h"
#include "wire/envelope.h"
#include "wire/reply.h"

#include <iterator>
#include <memory>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"agent"};

// One is enough: a worker reads requests and does not wait; the answer to a script is sent later.
constexpr int workers_count = 1;
// Linux takes arguments of at most 128 KiB, in which senders of 2014 write a byte as \xNN.
constexpr std::size_t legacy_frame_bytes_max = 1 << 20;

Limits limits_of(const AgentOptions& options) {
  Limits limits;
  limits.connections_max = 200;
  limits.connections_per_address_max = 100;
  limits.requests_max = 200;
  // A script is ended at its own time limit; this one is for requests that hang in spite of that.
  limits.function_time = options.run.time_limit + std::chrono::hours(24);
  limits.keepalive_probe = options.keepalive_probe;
  return limits;
}

// A request to root's socket may hold mail with its attachments, which is several times its size once
// parsed. Peers at the port send short requests.
Limits network_limits(const AgentOptions& options) {
  Limits limits = limits_of(options);
  limits.held_bytes_max = 64 << 20;
  return limits;
}

// Collects the parts of an answer and passes the whole to `take` at its end.
StreamedAnswer whole_answer(std::int64_t id, TakeReply take) {
  const auto items = std::make_shared<List>();
  const auto add = [items](Value part) {
    auto* list = part.as<List>();
    std::move(list->begin(), list->end(), std::back_inserter(*items));
    return true;
  };
  const auto end = [items, add, id, take = std::move(take)](const Result<Value>& last) {
    if (items->empty() || !last || !last->as<List>()) return take(Reply(our_reply(id, last)));
    add(*last);
    take(Reply(our_reply(id, Value(std::move(*items)))));
  };
  return {.part = add, .end = end, .unsent = [] { return std::size_t{0}; }};
}

}  // namespace

AgentDoors::AgentDoors(asio::io_context& io, const AgentOptions& options,
                       const AgentFunctions& functions, Runner& runner,
                       const ServersSince& servers_since, const std::string& ca)
    : io_(io),
      functions_(functions),
      servers_since_(servers_since),
      legacy_(io.get_executor(), runner,
              ScriptFolder(options.in_folder(own_scripts_name), ca, options.run.unsigned_scripts),
              options.legacy_scripts),
      local_workers_(workers_count),
      network_workers_(workers_count),
      local_(io, local_workers_, responder(), limits_of(options), {}),
      network_(io, network_workers_, responder(), network_limits(options),
               {.allow = options.legacy_allow,
                .role = Role::operator_,
                .frame_bytes_max = legacy_frame_bytes_max}) {}

Responder AgentDoors::responder() const {
  return [this](const Caller& caller, std::string_view payload) { return answer(caller, payload); };
}

Result<void> AgentDoors::open(const AgentOptions& options, const Credentials& own) {
  if (auto shown = show(own); !shown) return shown;
  auto local = Listener::unix_socket(io_, options.in_folder(agent_socket_name));
  if (!local) return fail(local.error());
  for (const ListenAddress& address : options.listen) {
    auto tcp = Listener::tcp(io_, address);
    if (!tcp) return fail(tcp.error());
    network_listeners_.push_back(*std::move(tcp));
  }
  local_listener_ = *std::move(local);
  return {};
}

Result<void> AgentDoors::show(const Credentials& own) {
  auto context = TlsContext::server(own);
  if (!context) return fail(context.error());
  network_.open_tls({.context = *std::move(context),
                     .clock = system_clock(),
                     .admit = [](const Identity&) { return Result<void>(); },
                     .for_servers = true});
  return {};
}

void AgentDoors::serve() {
  spawn(io_.get_executor(), local_listener_->accept_all(local_), "listen");
  for (const auto& listener : network_listeners_) {
    spawn(io_.get_executor(), listener->accept_all(network_), "listen");
  }
  for (PeerService* service : {&local_, &network_}) {
    spawn(io_.get_executor(), service->watch_limits(), "serve");
  }
}

std::string AgentDoors::names() const {
  std::string all;
  for (const auto& listener : network_listeners_) all += fmt::format("tcp={} ", listener->name());
  return all + "unix=" + local_listener_->name();
}

asio::awaitable<void> AgentDoors::close() {
  local_listener_->close();
  for (const auto& listener : network_listeners_) listener->close();
  co_await network_.drain();
  co_await local_.drain();
}

// A former key of a server is refused in each request, on connections that are older, too.
Result<void> AgentDoors::check_key(const Caller& caller) const {
  if (caller.door != Door::tls || caller.issued >= servers_since_.time()) return {};
  return fail(Errc::not_allowed, "its certificate is older than the key that servers have since {}",
              format_local(servers_since_.time()));
}

// Called on a worker.
std::optional<Reply> AgentDoors::answer(const Caller& caller, std::string_view payload) const {
  if (caller.door == Door::legacy) return legacy_.answer(caller, payload);
  std::int64_t id = 0;
  auto request = parse_envelope(payload, &id);
  if (!request) return Reply(our_reply(id, fail(request.error())));
  if (auto allowed = check_key(caller); !allowed) {
    logger.warn("peer={} {}: {}", caller.peer, caller.name, allowed.error().message);
    return Reply(our_reply(id, fail(allowed.error())));
  }
  Reply reply("");
  reply.later = [this, id, request = *std::move(request)](TakeReply take) {
    asio::post(io_, [this, id, request, take = std::move(take)]() mutable {
      functions_.answer(request, whole_answer(id, std::move(take)));
    });
  };
  return reply;
}

}  // namespace mega
