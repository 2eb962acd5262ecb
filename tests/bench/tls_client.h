// The client side of TLS 1.3 for the load generator: loads the credentials once and opens a session
// per connection. One thread; sessions never block, their sockets are non-blocking.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

using SSL_CTX = struct ssl_ctx_st;
using SSL = struct ssl_st;

struct FreeTls {
  void operator()(SSL_CTX* context) const;
  void operator()(SSL* ssl) const;
};

class TlsSession {
 public:
  enum class Step { done, wants_read, wants_write, failed };

  explicit TlsSession(SSL* ssl) : ssl_(ssl) {}

  Step handshake();
  // nullopt: no more data now; 0: the peer has closed, or violated the protocol.
  std::optional<std::size_t> read(char* into, std::size_t size);
  // True if all of it was sent.
  bool write(std::string_view bytes);
  // Sends close_notify; the socket stays open.
  void close();

 private:
  std::unique_ptr<SSL, FreeTls> ssl_;
};

class TlsClient {
 public:
  // Loads key.pem, certificate.pem and ca.pem of the folder, as `mega join` makes them. nullopt:
  // they are unusable; OpenSSL's reason is on standard error.
  static std::optional<TlsClient> load(const std::string& folder);

  // Begins a session over a connected socket, which the caller owns.
  TlsSession begin(int fd) const;

 private:
  explicit TlsClient(SSL_CTX* context) : context_(context) {}

  std::unique_ptr<SSL_CTX, FreeTls> context_;
};
