// The client side of TLS 1.3 for the load generator: credentials once, then a session for each
// connection. One thread; sessions never wait, their sockets are non-blocking.
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
  // nullopt: nothing more is there now; 0: the peer has closed, or broke the rules.
  std::optional<std::size_t> read(char* into, std::size_t size);
  // Whether all of it was sent.
  bool write(std::string_view bytes);
  // Says goodbye; the socket stays open.
  void close();

 private:
  std::unique_ptr<SSL, FreeTls> ssl_;
};

class TlsClient {
 public:
  // With key.pem, certificate.pem and ca.pem of the folder, which `mega join` makes. nullopt: they
  // cannot be used; OpenSSL's reason is on standard error.
  static std::optional<TlsClient> load(const std::string& folder);

  // Over a connected socket, which stays the caller's.
  TlsSession begin(int fd) const;

 private:
  explicit TlsClient(SSL_CTX* context) : context_(context) {}

  std::unique_ptr<SSL_CTX, FreeTls> context_;
};
