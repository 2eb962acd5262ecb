// TLS to services outside our site, whose certificates are issued by public CAs.
#include "base/file.h"
#include "net/socket_address.h"
#include "net/tls.h"
#include "trust/crypto.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cerrno>

namespace mega {
namespace {

// The host as its certificate names it: without the dot that ends an absolute name of DNS, and
// without the interface of an address.
std::string certified_name(const std::string& host) {
  std::string name = host.substr(0, host.find('%'));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

// Requires that the peer's certificate is for `host`.
bool demand_host(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* demands = SSL_CTX_get0_param(context);
  if (SocketAddress::ip(host, 0)) return X509_VERIFY_PARAM_set1_ip_asc(demands, host.c_str()) == 1;
  X509_VERIFY_PARAM_set_hostflags(demands, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(demands, host.c_str(), host.size()) == 1;
}

}  // namespace

Result<TlsContext> TlsContext::of_public_host(const std::string& host, const std::string& ca_file) {
  if (::access(ca_file.c_str(), R_OK) != 0) return fail(system_error("read", ca_file, errno));
  TlsContext made;
  made.public_host_ = certified_name(host);
  made.ctx_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX* context = made.ctx_.get();
  if (!context || !demand_host(context, made.public_host_)) {
    return fail(Errc::failed, "cannot begin with TLS: {}", openssl_error());
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(
      context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1) {
    return fail(Errc::invalid_argument, "{} holds no certificates of CAs: {}", ca_file,
                openssl_error());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return made;
}

}  // namespace mega
