// Link: a daemon's connection to a server, over TLS with certificates on both sides. Both ends send
// requests: the daemon with ask(), the server through the handler. docs/PROTOCOL.md, "Asking both
// ways".
#pragma once

#include "base/result.h"
#include "net/asio.h"
#include "net/endpoint.h"
#include "net/link_answer.h"
#include "net/peer_connection.h"
#include "net/tls.h"
#include "net/workers.h"
#include "wire/envelope.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct LinkLimits {
  std::chrono::milliseconds connect{10000};          // for each address: connection and handshake
  std::chrono::milliseconds answer{30000};           // of the server to `attend`
  std::chrono::milliseconds keepalive_probe{30000};  // silence before a ping; 0: never
  std::size_t frame_bytes_max = 64 << 20;
  Time issued_since{};  // a server whose certificate was issued earlier is refused
};

// Io thread only, except where noted.
class Link : public std::enable_shared_from_this<Link> {
 public:
  // Answers a request of the server, at once or later from any thread. Must not block.
  using Handler = std::function<void(Envelope request, std::shared_ptr<Answering> answering)>;

  // Connects and sends `attend`; on return the server has accepted the link and may send requests.
  // `names` runs host name look-ups. Errors: unavailable; not_allowed when one side does not accept
  // the other's certificate, or the server refuses the link and gives a reason. Each message names
  // the server.
  static asio::awaitable<Result<std::shared_ptr<Link>>> open(asio::io_context& io, Workers& names,
                                                             Endpoint server, TlsContext context,
                                                             LinkLimits limits, Handler handler);
  ~Link();

  // Errors: the failure that the server answered; unavailable when the link ends first; timed_out.
  asio::awaitable<Result<Value>> ask(Envelope request, std::chrono::milliseconds limit);

  // Waits until the link ends; returns the reason.
  asio::awaitable<Error> ended();

  // Bytes not yet taken by the server. Any thread.
  std::size_t unsent() const { return connection_->unsent(); }

  // Ends the link; ended() then returns. Any thread.
  void close() { connection_->hang_up(); }

  // The link's local address; empty once the link has ended.
  std::string local_address() const;

  // When the server's certificate was issued.
  Time server_issued() const { return connection_->caller().issued; }

  // "db.example:1104".
  const std::string& server() const { return connection_->caller().peer; }

 private:
  Link(std::shared_ptr<PeerConnection> connection, LinkLimits limits, Handler handler);

  static asio::awaitable<void> read_all(std::shared_ptr<Link> self);
  static asio::awaitable<void> keep_alive(std::shared_ptr<Link> self);
  std::optional<Error> take(std::string payload);
  void take_request(std::string_view payload);
  Error why_it_ended();

  const std::shared_ptr<PeerConnection> connection_;
  const LinkLimits limits_;
  const Handler handler_;
  std::int64_t last_id_ = 0;
  bool silent_ = false;       // the server has not answered pings
  std::optional<Error> end_;  // once the link has ended
  asio::steady_timer over_;   // cancelled when end_ is set
  asio::steady_timer probe_;
};

}  // namespace mega
