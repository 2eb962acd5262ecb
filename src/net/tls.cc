#include "net/tls.h"

#include "net/socket_address.h"
#include "trust/crypto.h"
#include "trust/pem.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace mega {

// A client's requirements for the server's certificate.
struct TlsContext::Trust {
  Credentials own;  // for a client that has joined
  std::string pin;  // of the CA; for a client that joins
  const Clock& clock;

  std::optional<std::string> objection(X509_STORE_CTX* presented) const;
};

namespace {

// The most bytes that one call reads from the socket: the largest record. Without this limit
// OpenSSL would continue as long as a peer sends key updates, which carry no data, and delay all
// other connections.
constexpr std::size_t turn_bytes = 17 << 10;
constexpr std::size_t handshake_turn_bytes = 256 << 10;  // on a handshake thread
// Bytes that may come without data; each read of data adds overhead_bytes_paid.
constexpr std::size_t overhead_bytes_max = 64 << 10;
constexpr std::size_t overhead_bytes_paid = 1 << 10;

}  // namespace

struct TlsState {
  int fd = -1;
  std::string received;  // received before TLS began, not yet read
  bool muted = false;    // nothing more is sent
  // Bytes that may still be read from the socket: in this call, and before data must come.
  std::size_t turn_left = 0, overhead_left = overhead_bytes_max;
  std::string complaint;
  std::string public_host;                      // empty: a peer of our own site
  std::shared_ptr<const void> trust;            // used by the context's callbacks
  std::unique_ptr<SSL, Release<SSL_free>> ssl;  // refers to all of the above
};

namespace {

// --- the socket BIO: never raises SIGPIPE, and can be muted ---

TlsState& state_of(BIO* bio) { return *static_cast<TlsState*>(BIO_get_data(bio)); }

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::size_t as_size(int n) { return static_cast<std::size_t>(n); }

int as_int(std::size_t n) {
  return static_cast<int>(std::min<std::size_t>(n, std::numeric_limits<int>::max()));
}

int write_to_socket(BIO* bio, const char* bytes, int count) {
  BIO_clear_retry_flags(bio);
  const TlsState& state = state_of(bio);
  if (state.muted) return count;
  const ssize_t n = ::send(state.fd, bytes, as_size(count), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && would_block(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int read_from_socket(BIO* bio, char* into, int room) {
  BIO_clear_retry_flags(bio);
  TlsState& state = state_of(bio);
  if (!state.received.empty()) {
    const std::size_t taken = std::min(state.received.size(), as_size(room));
    std::memcpy(into, state.received.data(), taken);
    state.received.erase(0, taken);
    if (state.received.empty()) state.received.shrink_to_fit();
    return as_int(taken);
  }
  const std::size_t wanted = std::min(as_size(room), state.turn_left);
  if (wanted == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const ssize_t n = ::recv(state.fd, into, wanted, MSG_DONTWAIT);
  if (n < 0 && would_block(errno)) BIO_set_retry_read(bio);
  if (n > 0) state.turn_left -= static_cast<std::size_t>(n);
  return static_cast<int>(n);
}

long control_socket(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// Never freed, like OpenSSL's own methods.
const BIO_METHOD* socket_method() {
  static const BIO_METHOD* method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of mega");
    BIO_meth_set_write(made, write_to_socket);
    BIO_meth_set_read(made, read_from_socket);
    BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

// The index of a session's TlsState, for OpenSSL's callbacks.
int state_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// OpenSSL's verification, without the dates.
constexpr unsigned long verification_flags = X509_V_FLAG_NO_CHECK_TIME;

Error broken_credentials(std::string_view what) {
  return {Errc::invalid_argument, fmt::format("{}: {}", what, openssl_error())};
}

using Context = std::shared_ptr<SSL_CTX>;

Result<Context> new_context(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return fail(Errc::failed, "cannot begin with TLS: {}", openssl_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), verification_flags);
  return context;
}

// Shows only the own certificate: the other side has the CA's already.
Result<void> use(SSL_CTX* context, const Credentials& own) {
  const auto certificate = parse_certificate(own.certificate);
  if (!certificate) return fail(certificate.error());
  const auto key = parse_key(own.key);
  if (!key) return fail(key.error());
  if (SSL_CTX_use_certificate(context, certificate->get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key->get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fail(broken_credentials("the key is not that of the certificate"));
  }
  return {};
}

// Shows the CA's certificate after the server's own, because a joining client has only its pin.
Result<void> show_ca(SSL_CTX* context, std::string_view ca_text) {
  const auto ca = parse_certificate(ca_text);
  if (!ca) return fail(ca.error());
  if (SSL_CTX_add1_chain_cert(context, ca->get()) != 1) {
    return fail(broken_credentials("cannot show the CA"));
  }
  return {};
}

Result<void> trust(SSL_CTX* context, std::string_view ca_text) {
  const auto ca = parse_certificate(ca_text);
  if (!ca) return fail(ca.error());
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca->get()) != 1) {
    return fail(broken_credentials("cannot trust the CA"));
  }
  return {};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!certificate || !bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

// The CA with the pin among the certificates that the server has shown; nullptr: none.
X509* find_by_pin(X509_STORE_CTX* presented, std::string_view pin) {
  STACK_OF(X509)* shown = X509_STORE_CTX_get0_untrusted(presented);
  for (int i = 0; i < sk_X509_num(shown); ++i) {
    X509* certificate = sk_X509_value(shown, i);
    const auto its_pin = pin_of(pem_of(certificate));
    if (its_pin && equal_in_constant_time(*its_pin, pin)) return certificate;
  }
  return nullptr;
}

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

// A readable meaning for an alert of the peer; empty: use OpenSSL's text.
std::string meaning_of(int reason) {
  switch (reason) {
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return "the peer does not accept this certificate: it is of another site; join with a token "
             "of "
             "this one";
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "the two sides have no version of TLS in common; mega speaks TLS 1.3 only";
    default:
      return {};
  }
}

// The peer said nothing before it closed. A server of a site does that to an address that has to
// wait (throttle.h), and the client is to hear of it.
Error closed_early(const TlsState& state) {
  const bool of_a_site = SSL_is_server(state.ssl.get()) == 0 && state.public_host.empty();
  return {Errc::unavailable,
          fmt::format("the peer closed the connection during the TLS handshake{}",
                      of_a_site ? "; a server does that for up to 5 minutes to an address whose "
                                  "connections failed too often"
                                : "")};
}

// The reason of a failed handshake. `error` comes from SSL_get_error.
Error handshake_error(const TlsState& state, int error) {
  if (!state.complaint.empty()) {
    openssl_error();
    return {Errc::not_allowed, state.complaint};
  }
  if (error == SSL_ERROR_SYSCALL || error == SSL_ERROR_ZERO_RETURN) {
    return closed_early(state);
  }
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  const std::string words = openssl_error();
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return closed_early(state);
  }
  const long verdict = SSL_get_verify_result(state.ssl.get());
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && !state.public_host.empty()) {
    return {Errc::not_allowed,
            fmt::format("its certificate is not one to trust for {}: {}", state.public_host,
                        X509_verify_cert_error_string(verdict))};
  }
  if (!state.public_host.empty()) {
    return {Errc::corrupt, fmt::format("no TLS handshake: {}", words)};
  }
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
    return {Errc::not_allowed, fmt::format("the peer's certificate is not of this site: {}",
                                           X509_verify_cert_error_string(verdict))};
  }
  const std::string meaning = meaning_of(reason);
  if (meaning.empty()) return {Errc::corrupt, fmt::format("no TLS handshake: {}", words)};
  return {Errc::not_allowed, meaning};
}

}  // namespace

std::optional<std::string> TlsContext::Trust::objection(X509_STORE_CTX* presented) const {
  std::unique_ptr<STACK_OF(X509), FreeStack> pinned;
  if (!pin.empty()) {
    X509* ca = find_by_pin(presented, pin);
    if (!ca) return "the server is of another site than the token: its CA has another key";
    pinned.reset(sk_X509_new_null());
    if (!pinned || sk_X509_push(pinned.get(), ca) == 0) return "out of memory";
    X509_STORE_CTX_set0_trusted_stack(presented, pinned.get());
  }
  if (X509_verify_cert(presented) != 1) {
    return fmt::format("the server's certificate is not of this site: {}",
                       X509_verify_cert_error_string(X509_STORE_CTX_get_error(presented)));
  }
  const Identity identity = identity_of(X509_STORE_CTX_get0_cert(presented));
  if (identity.role != "server") {
    return fmt::format("the certificate of {} is a {}'s, not a server's", identity.name,
                       identity.role);
  }
  if (auto dates = check_dates(identity, clock.now()); !dates) return dates.error().message;
  return std::nullopt;
}

// --- TlsContext ---

Result<TlsContext> TlsContext::server(const Credentials& own) {
  auto context = new_context(TLS_server_method());
  if (!context) return fail(context.error());
  if (auto used = use(context->get(), own); !used) return fail(used.error());
  if (auto shown = show_ca(context->get(), own.ca); !shown) return fail(shown.error());
  if (auto trusted = trust(context->get(), own.ca); !trusted) return fail(trusted.error());
  SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
  TlsContext made;
  made.ctx_ = std::move(*context);
  made.serves_ = true;
  return made;
}

Result<TlsContext> TlsContext::client(const Credentials& own, const Clock& clock) {
  auto made = make_client({.own = own, .pin = {}, .clock = clock});
  if (!made) return made;
  if (auto used = use(made->ctx_.get(), own); !used) return fail(used.error());
  if (auto trusted = trust(made->ctx_.get(), own.ca); !trusted) return fail(trusted.error());
  return made;
}

Result<TlsContext> TlsContext::joining(std::string_view pin, const Clock& clock) {
  return make_client({.own = {}, .pin = std::string(pin), .clock = clock});
}

Result<TlsContext> TlsContext::make_client(Trust demands) {
  auto context = new_context(TLS_client_method());
  if (!context) return fail(context.error());
  TlsContext made;
  made.trust_ = std::make_shared<Trust>(std::move(demands));
  made.ctx_ = std::move(*context);
  SSL_CTX_set_verify(made.ctx_.get(), SSL_VERIFY_PEER, nullptr);
  const auto verify = [](X509_STORE_CTX* presented, void* argument) {
    const auto& wanted = *static_cast<const Trust*>(argument);
    const auto objection = wanted.objection(presented);
    if (!objection) return 1;
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(presented, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& state = *static_cast<TlsState*>(SSL_get_ex_data(ssl, state_index()));
    state.complaint = *objection;
    state.muted = !wanted.pin.empty();  // do not even send an alert
    X509_STORE_CTX_set_error(presented, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  };
  SSL_CTX_set_cert_verify_callback(made.ctx_.get(), verify, made.trust_.get());
  return made;
}

// --- TlsSession ---

TlsSession::TlsSession(std::unique_ptr<TlsState> state) : state_(std::move(state)) {}
TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

Result<TlsSession> TlsSession::begin(const TlsContext& context, int fd, std::string_view received) {
  auto state = std::make_unique<TlsState>();
  state->fd = fd;
  state->received = received;
  state->trust = context.trust_;
  state->public_host = context.public_host_;
  state->ssl.reset(SSL_new(context.ctx_.get()));
  BIO* bio = BIO_new(socket_method());
  if (!state->ssl || !bio || SSL_set_ex_data(state->ssl.get(), state_index(), state.get()) != 1) {
    BIO_free(bio);
    return fail(Errc::failed, "cannot begin with TLS: {}", openssl_error());
  }
  BIO_set_data(bio, state.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(state->ssl.get(), bio, bio);
  if (!context.public_host_.empty() && !SocketAddress::ip(context.public_host_, 0)) {
    SSL_set_tlsext_host_name(state->ssl.get(), context.public_host_.c_str());
  }
  if (context.serves_) {
    SSL_set_accept_state(state->ssl.get());
  } else {
    SSL_set_connect_state(state->ssl.get());
  }
  return TlsSession(std::move(state));
}

Result<TlsSession::Step> TlsSession::handshake() {
  SSL* ssl = state_->ssl.get();
  ERR_clear_error();
  state_->turn_left = handshake_turn_bytes;
  const int done = SSL_do_handshake(ssl);
  if (done == 1) return Step::done;
  const int error = SSL_get_error(ssl, done);
  if (error == SSL_ERROR_WANT_READ) return Step::wants_read;
  if (error == SSL_ERROR_WANT_WRITE) return Step::wants_write;
  return fail(handshake_error(*state_, error));
}

bool TlsSession::is_established() const { return SSL_is_init_finished(state_->ssl.get()) == 1; }

std::optional<Identity> TlsSession::peer() const {
  const X509* certificate = SSL_get0_peer_certificate(state_->ssl.get());
  if (!certificate) return std::nullopt;
  return identity_of(certificate);
}

std::optional<std::size_t> TlsSession::read(char* into, std::size_t size) {
  return read_by(SSL_read, into, size);
}

std::optional<std::size_t> TlsSession::peek(char* into, std::size_t size) {
  return read_by(SSL_peek, into, size);
}

std::optional<std::size_t> TlsSession::read_by(int (*how)(SSL*, void*, int), char* into,
                                               std::size_t size) {
  ERR_clear_error();
  state_->turn_left = turn_bytes;
  const int n = how(state_->ssl.get(), into, as_int(size));
  const std::size_t taken = turn_bytes - state_->turn_left;
  state_->overhead_left -= std::min(taken, state_->overhead_left);
  if (n > 0) {
    const std::size_t left = state_->overhead_left + as_size(n) + overhead_bytes_paid;
    state_->overhead_left = std::min(left, overhead_bytes_max);
    return as_size(n);
  }
  const int error = SSL_get_error(state_->ssl.get(), n);
  if (error == SSL_ERROR_WANT_READ) {
    if (state_->overhead_left > 0) return 0;
    state_->complaint = "the peer sends what concerns TLS itself, and no data";
    return std::nullopt;
  }
  if (error == SSL_ERROR_WANT_WRITE) {
    // The peer asks for new keys but does not take ours: waiting would loop.
    state_->complaint = "the peer does not take what TLS itself has to say";
  } else if (error == SSL_ERROR_SSL) {
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    const std::string words = openssl_error();
    const std::string meaning = meaning_of(reason);
    state_->complaint = meaning.empty() ? words : meaning;
  }
  return std::nullopt;
}

std::optional<std::size_t> TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  const int n = SSL_write(state_->ssl.get(), bytes.data(), as_int(bytes.size()));
  if (n > 0) return as_size(n);
  const int error = SSL_get_error(state_->ssl.get(), n);
  if (error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ) return 0;
  return std::nullopt;
}

std::string TlsSession::description() const {
  return fmt::format("{} {}", SSL_get_version(state_->ssl.get()),
                     SSL_get_cipher_name(state_->ssl.get()));
}

const std::string& TlsSession::complaint() const { return state_->complaint; }

void TlsSession::close() {
  ERR_clear_error();
  SSL_shutdown(state_->ssl.get());
  ERR_clear_error();
}

}  // namespace mega
