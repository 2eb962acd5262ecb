#include "tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

void FreeTls::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
void FreeTls::operator()(SSL* ssl) const { SSL_free(ssl); }

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) return Step::done;
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_write;
    default:
      return Step::failed;
  }
}

std::optional<std::size_t> TlsSession::read(char* into, std::size_t size) {
  ERR_clear_error();
  const int n = SSL_read(ssl_.get(), into, static_cast<int>(size));
  if (n > 0) return static_cast<std::size_t>(n);
  if (SSL_get_error(ssl_.get(), n) == SSL_ERROR_WANT_READ) return std::nullopt;
  return 0;
}

bool TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  const int size = static_cast<int>(bytes.size());
  return SSL_write(ssl_.get(), bytes.data(), size) == size;
}

void TlsSession::close() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

std::optional<TlsClient> TlsClient::load(const std::string& folder) {
  TlsClient client(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = client.context_.get();
  if (context && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
      SSL_CTX_use_certificate_file(context, (folder + "/certificate.pem").c_str(),
                                   SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, (folder + "/key.pem").c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_load_verify_locations(context, (folder + "/ca.pem").c_str(), nullptr) == 1) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // As mega's own clients do: send only the certificate, no chain.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    return client;
  }
  ERR_print_errors_fp(stderr);
  return std::nullopt;
}

TlsSession TlsClient::begin(int fd) const {
  SSL* ssl = SSL_new(context_.get());
  SSL_set_fd(ssl, fd);
  SSL_set_connect_state(ssl);
  return TlsSession(ssl);
}
