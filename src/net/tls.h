// TLS 1.3 with certificates on both sides, over a socket's own descriptor.
//
//   TlsContext   what one side shows and trusts; made once, shared by its connections
//   TlsSession   one connection: the handshake, then bytes; never waits
//
// Nothing but TLS 1.3 is spoken, without tickets and early data: a connection is always a whole
// handshake, so that a revoked certificate has no second way in and nothing can be replayed.
// OpenSSL does not look at the dates of certificates: clients here, and servers once they know who
// it is, call check_dates() (trust/certificate.h), which knows how far clocks may differ.
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

namespace mega {

struct TlsState;

// Thread-safe once made; copies share.
class TlsContext {
 public:
  // A server's: shows its certificate and the CA's, asks for a client's, takes none as well.
  // Errors of all three: invalid_argument for credentials that are no such PEM or do not belong
  // together.
  static Result<TlsContext> server(const Credentials& own);

  // Of a client that has joined: the server must show a server's certificate of its own CA whose
  // dates fit `clock`, which must outlive the context.
  static Result<TlsContext> client(const Credentials& own, const Clock& clock);

  // Of a client that joins: the server must show a server's certificate of a CA whose key has the
  // pin. Until it has, nothing but the ClientHello is sent; when it has not, nothing ever is.
  static Result<TlsContext> joining(std::string_view pin, const Clock& clock);

  // Of a client of a public service, a mail relay say: TLS 1.2 or newer, and a certificate for
  // `host` (a name or an address) by a CA in `ca_file`, whose dates fit the machine's clock.
  // Errors: those of the file, invalid_argument when it holds no certificates (public_tls.cc).
  static Result<TlsContext> of_public_host(const std::string& host, const std::string& ca_file);

 private:
  friend class TlsSession;
  struct Trust;

  static Result<TlsContext> make_client(Trust trust);

  std::shared_ptr<Trust> trust_;     // clients; what the context refers to
  std::shared_ptr<ssl_ctx_st> ctx_;  // goes first
  bool serves_ = false;
  std::string public_host_;  // asked for by name; empty: the other side is of our own site
};

// One side of one connection. Not thread-safe, but not bound to a thread either.
class TlsSession {
 public:
  // `fd` stays the caller's, who closes it after the session is gone. `received`: what was read
  // from it before TLS began. Errors: failed (memory).
  static Result<TlsSession> begin(const TlsContext& context, int fd,
                                  std::string_view received = {});
  ~TlsSession();
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;

  enum class Step { done, wants_read, wants_write };

  // As far as it goes without waiting; about a millisecond of computing in all.
  // Errors: not_allowed for a certificate that is not trusted (on either side), unavailable when
  // the peer has closed, corrupt for what is no TLS 1.3.
  Result<Step> handshake();

  // The handshake is done.
  bool is_established() const;

  // After the handshake: what the peer's certificate says; nullopt when it showed none.
  std::optional<Identity> peer() const;

  // As recv(2) and send(2): 0 when that would wait, nullopt when the connection is at its end.
  std::optional<std::size_t> read(char* into, std::size_t size);
  std::optional<std::size_t> write(std::string_view bytes);

  // "TLSv1.3 TLS_AES_256_GCM_SHA384". Requires: the handshake is done.
  std::string description() const;

  // Why the connection was at its end; empty when the peer closed it in good order.
  const std::string& complaint() const;

  // Says goodbye, if that can be sent at once.
  void close();

 private:
  explicit TlsSession(std::unique_ptr<TlsState> state);
  std::unique_ptr<TlsState> state_;
};

}  // namespace mega
