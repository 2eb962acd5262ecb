// PeerService: serves connections: bytes in, frames out, one answer for each request.
// docs/PROTOCOL.md, "Limits"; docs/decisions/0004-coroutines-and-pool.md explains the design.
//
//   unix socket   our own dialect only; a payload that opens with {' is answered in Python form
//   TCP           by the first byte: 0x16 is TLS with our own dialect inside, a digit is the legacy
//                 dialect, anything else is closed
//
// Either side may send requests. After an agent has sent `attend` (wire/message.h), ask() sends it
// requests under the name of its certificate, as long as its connection lasts.
//
// One coroutine reads each connection, on the io thread; functions run on workers, which also send
// the answers. TLS handshakes are computed on separate threads, so that they do not delay other
// connections. A sweep several times a second finds the connections past a time-out, instead of a
// timer for each connection.
#pragma once

#include "base/clock.h"
#include "net/asio.h"
#include "net/peer_connection.h"
#include "net/requests.h"
#include "net/shares.h"
#include "net/throttle.h"
#include "net/tls.h"
#include "net/workers.h"
#include "trust/caller.h"
#include "trust/certificate.h"
#include "trust/legacy_allow.h"
#include "wire/envelope.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mega {

// One caller may use up only a share of what all may (net/shares.h). What is limited for all callers
// together is limited once for the callers over TCP and once for the unix socket.
struct Limits {
  int connections_max = 20000;  // over TCP
  // Over TCP, of one name, or of one address group without a certificate.
  int connections_per_address_max = 1000;
  int local_connections_max = 200;       // over the unix socket
  int requests_max = 1000;               // running or queued
  int waits_max = 10000;                 // requests that are answered later and occupy no worker
  int requests_per_connection_max = 64;  // then reading pauses
  std::size_t frame_bytes_max = 64 << 20;
  // Total size of unanswered requests, as received and as parsed, and of incomplete frames; and
  // separately of answers that their peers have not taken.
  std::size_t held_bytes_max = 512 << 20;
  // From a frame's first byte to its last; further bytes do not extend it. On TCP also from the
  // connection to the first byte.
  std::chrono::milliseconds frame_time{30000};
  std::chrono::milliseconds answer_time{30000};     // for the peer to take some of a ready answer
  std::chrono::milliseconds idle_time{0};           // between frames; 0: no limit
  std::chrono::milliseconds function_time{600000};  // then the caller gets timed_out
  // Silence before an attending agent is pinged; 0: never.
  std::chrono::milliseconds keepalive_probe{30000};
};

// Which addresses may use the legacy dialect, and with which role.
struct LegacyRule {
  AddressRanges allow;
  Role role = Role::reader;
  // Less than limits.frame_bytes_max where requests are small.
  std::size_t frame_bytes_max = std::numeric_limits<std::size_t>::max();
};

// Admission over TLS.
struct TlsDoor {
  TlsContext context;
  const Clock& clock;
  // Whether the holder of a valid certificate is admitted; not_allowed gives the reason (revoked).
  // Called on the handshake threads; may block.
  std::function<Result<void>(const Identity&)> admit;
  // A daemon's door: admits only the site's servers, as operators.
  bool for_servers = false;
  // Called for each peer refused because of its certificate. Any thread; may be empty.
  std::function<void(const Caller&, const Error&)> refused{};
};

// Counters since the start. Any thread may read them.
struct Traffic {
  std::atomic<std::int64_t> connections{0};  // accepted
  std::atomic<std::int64_t> connections_refused{
      0};                                           // over a limit, not allowed, no dialect of ours
  std::atomic<std::int64_t> connections_broken{0};  // closed for a bad or late frame or answer
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> requests_refused{0};    // over requests_max
  std::atomic<std::int64_t> requests_timed_out{0};  // over function_time
  std::atomic<std::int64_t> handshakes{0};          // of TLS, completed
  std::atomic<std::int64_t> handshakes_failed{0};   // includes refused certificates
  std::atomic<std::int64_t> pings{0};               // sent to silent agents
};

// The state that all connections of one server share. Io thread only, except where noted. Must
// outlive the io_context's last handler; the workers must be destroyed first.
class PeerService {
 public:
  PeerService(asio::io_context& io, Workers& workers, Responder responder, Limits limits,
              LegacyRule legacy);
  PeerService(const PeerService&) = delete;

  // Accepts TLS from now on, with these credentials. Call it at the start, and again when they
  // change; open connections are not affected.
  void open_tls(TlsDoor door) { tls_ = std::make_shared<const TlsDoor>(std::move(door)); }

  // Sets the responder for the io thread. Call it before serving starts.
  void answer_at_once(QuickResponder responder) { calls_.answer_at_once(std::move(responder)); }

  // Closes the open connections of the certificate holder `name`; returns their number. Blocks
  // until the io thread, which must be running, has done so; do not call it there.
  int end_connections(const std::string& name);

  // Closes the open connections of callers that fulfil the condition; returns their number. Io
  // thread only.
  int hang_up_where(const std::function<bool(const Caller&)>& condition);

  // Sends the request to the agent of that name, on its newest connection. `limit`: time-out for
  // the whole answer; 0: as long as the connection lasts. Ends with unavailable when the agent is
  // not connected or disconnects before it has answered; timed_out. Any thread.
  void ask(const std::string& name, Envelope request, StreamedAnswer awaited,
           std::chrono::milliseconds limit);

  // Whether that agent is connected and attending. Any thread.
  bool present(std::string_view name) const;

  // Called on the io thread when an agent's first connection attends and when its last has ended.
  // Set it before serving starts.
  using Presence = std::function<void(const std::string& name, bool there)>;
  void on_presence(Presence told) { presence_ = std::move(told); }

  // Both take ownership of an accepted, non-blocking socket, whose account the turnstile gave.
  void serve_unix(int fd, Caller caller, std::shared_ptr<CallerAccount> account);
  void serve_tcp(int fd, const std::string& address, std::uint16_t port,
                 std::shared_ptr<CallerAccount> account);

  // Counts a refused connection and, at a limited rate, logs it.
  void turned_away(const std::string& peer, std::string_view why);

  // The sweep; runs until drain() has ended. The owner of the PeerService must spawn it.
  asio::awaitable<void> watch_limits();

  // Stops reading, answers the calls under way, and returns when every peer has its answer or has
  // timed out, and every function has returned.
  asio::awaitable<void> drain();

  Turnstile& turnstile() { return turnstile_; }
  const Limits& limits() const { return limits_; }
  const Traffic& traffic() const { return traffic_; }
  int connections() const { return open_connections_; }       // any thread
  int calls_under_way() const { return calls_.under_way(); }  // any thread
  // Bytes of answers that their peers have not taken. Any thread.
  std::int64_t unsent_bytes() const;

 private:
  using Held = std::shared_ptr<PeerConnection>;

  // Of a peer that continues to send after its answer.
  static constexpr std::size_t linger_bytes_max = 1 << 20;

  // Limits for reading a connection of our own dialect.
  struct Reading {
    std::size_t frame_bytes_max;
    std::chrono::milliseconds idle_time;
    int requests_max = 0;  // of the connection's whole life; 0: no limit
  };

  asio::awaitable<void> serve_unix_socket(Held connection);
  asio::awaitable<void> serve_own(Held connection, Reading reading);
  asio::awaitable<void> serve_first_byte(Held connection);
  asio::awaitable<void> serve_tls(Held connection, std::string first_bytes);
  asio::awaitable<std::optional<Result<Caller>>> know(Held connection,
                                                      std::shared_ptr<TlsSession> session,
                                                      std::shared_ptr<const TlsDoor> door);
  Result<Caller> admit_known(const Held& connection, Caller caller);
  asio::awaitable<void> turn_out(Held connection, std::shared_ptr<TlsSession> session, Error why);
  void refuse(const Held& connection, const TlsDoor& door, const Error& why);
  asio::awaitable<void> serve_legacy(Held connection, std::string first_bytes);
  asio::awaitable<void> linger(Held connection, std::size_t bytes_max = linger_bytes_max);
  void start_call(const Held& connection, std::string payload, Framing framing);
  asio::awaitable<bool> take_answer(Held connection, std::string payload);
  bool take_courtesy(const Held& connection, std::string_view payload);
  void attend(const Held& connection);
  void leave(const Held& connection);
  Held newest_of(std::string_view name) const;
  void put_question(const std::string& name, std::int64_t id, std::string frame,
                    StreamedAnswer awaited, std::chrono::milliseconds limit);
  void keep_alive(const Held& connection, PeerConnection::Moment moment);
  void look_for_twin(const Held& connection);
  void refuse_call(const Held& connection, const std::string& payload, Resource resource);
  void opened(const Held& connection);
  void closed(const Held& connection);
  void broken(const PeerConnection& connection, std::string_view why);

  asio::io_context& io_;
  Workers& workers_;
  const Limits limits_;
  const LegacyRule legacy_;
  Traffic traffic_;
  Budget shared_, local_;  // of callers over TCP; of the unix socket
  Calls calls_;
  JobBatch batch_;
  Turnstile turnstile_;
  SparseLog complaints_;
  std::unordered_set<Held> open_;
  std::atomic<int> open_connections_{0};
  asio::steady_timer next_sweep_;
  bool draining_ = false;
  bool drained_ = false;
  std::shared_ptr<const TlsDoor> tls_;  // nullptr: closed
  Penalties penalties_;                 // of peers without a certificate at the TLS door
  // Handshakes without certificate and request: health checks, unless there are hundreds.
  Penalties probes_{{.free_failures = 100,
                     .longest_wait = std::chrono::seconds(10),
                     .forgotten_after = std::chrono::seconds(1)}};
  std::uint64_t ended_ = 0;  // number of end_connections() calls
  Presence presence_;
  std::atomic<std::int64_t> last_question_{0};
  mutable std::mutex attending_mutex_;
  // The attending connections of agents, by name, the newest last.
  std::map<std::string, std::vector<Held>, std::less<>> attending_;
  Workers handshakes_;       // destroyed before the objects its jobs refer to
  std::vector<char> chunk_;  // buffer for one recv(); shared, because it is empty between handlers
};

}  // namespace mega
