// TLS 1.3 with certificates on both sides, over a socket's own descriptor.
//
//   TlsContext   the credentials and trust of one side; made once, shared by its connections
//   TlsSession   one connection: the handshake, then bytes; never waits
//
// Only TLS 1.3 is accepted, without tickets and early data: every connection makes a full
// handshake, so that a revoked certificate has no second way in and nothing can be replayed.
// OpenSSL does not check the dates of certificates: clients here, and servers once they have
// identified the peer, call check_dates() (trust/certificate.h), which tolerates clock differences.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "trust/certificate.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace mega {

struct TlsState;

// Thread-safe once made; copies share state.
class TlsContext {
 public:
  // For a server: shows its certificate and the CA's, and asks for a client certificate but does
  // not require one. Errors of server(), client() and joining(): invalid_argument for credentials
  // that are not valid PEM or do not belong together.
  static Result<TlsContext> server(const Credentials& own);

  // For a client that has joined: the server must show a server's certificate of the client's own
  // CA whose dates fit `clock`, which must outlive the context.
  static Result<TlsContext> client(const Credentials& own, const Clock& clock);

  // For a client that joins: the server must show a server's certificate of a CA whose key has the
  // pin. Until then only the ClientHello is sent; if the check fails, nothing more is sent.
  static Result<TlsContext> joining(std::string_view pin, const Clock& clock);

  // For a client of a public service, such as a mail relay: TLS 1.2 or newer, and a certificate for
  // `host` (a name or an address) by a CA in `ca_file`, whose dates fit the machine's clock.
  // Errors: those of the file, invalid_argument when it holds no certificates (public_tls.cc).
  static Result<TlsContext> of_public_host(const std::string& host, const std::string& ca_file);

 private:
  friend class TlsSession;
  struct Trust;

  static Result<TlsContext> make_client(Trust trust);

  std::shared_ptr<Trust> trust_;     // for clients; ctx_ refers to it
  std::shared_ptr<ssl_ctx_st> ctx_;  // destroyed first
  bool serves_ = false;
  std::string public_host_;  // the expected host; empty: a peer of our own site
};

// One side of one connection. Not thread-safe, but not bound to one thread.
class TlsSession {
 public:
  // The caller keeps ownership of `fd` and must close it after destroying the session. `received`:
  // bytes read from it before TLS began. Errors: failed (memory).
  static Result<TlsSession> begin(const TlsContext& context, int fd,
                                  std::string_view received = {});
  ~TlsSession();
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;

  enum class Step { done, wants_read, wants_write };

  // Advances as far as possible without waiting; needs about a millisecond of computing in all.
  // Errors: not_allowed for a certificate that either side does not trust, unavailable when the
  // peer has closed, corrupt for data that is not TLS 1.3.
  Result<Step> handshake();

  // Whether the handshake is done.
  bool is_established() const;

  // After the handshake: the identity in the peer's certificate; nullopt when it showed none.
  std::optional<Identity> peer() const;

  // As recv(2) and send(2): 0 when the call would block, nullopt when the connection has ended.
  // Bytes that peek() has returned stay for read().
  std::optional<std::size_t> read(char* into, std::size_t size);
  std::optional<std::size_t> peek(char* into, std::size_t size);
  std::optional<std::size_t> write(std::string_view bytes);

  // "TLSv1.3 TLS_AES_256_GCM_SHA384". Requires: the handshake is done.
  std::string description() const;

  // Why the connection ended; empty when the peer closed it in good order.
  const std::string& complaint() const;

  // Sends close_notify, if the socket takes it at once.
  void close();

 private:
  explicit TlsSession(std::unique_ptr<TlsState> state);
  std::optional<std::size_t> read_by(int (*how)(ssl_st*, void*, int), char* into, std::size_t size);
  std::unique_ptr<TlsState> state_;
};

}  // namespace mega
