#include "mail/server/smtp_connection.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

// For a reply that the relay may have sent before it closed the connection.
constexpr SmtpConnection::Wait last_words_wait = std::chrono::seconds(2);

BlockingSocket::Moment from_now(SmtpConnection::Wait wait) {
  return std::chrono::steady_clock::now() + wait;
}

}  // namespace

Result<SmtpConnection> SmtpConnection::open(const MailRelay& relay, Wait wait, int stop) {
  auto socket = BlockingSocket::connect_tcp(relay.host, relay.port, from_now(wait), stop);
  if (!socket) return fail(Errc::unavailable, "{}", socket.error().message);
  return SmtpConnection(*std::move(socket));
}

Failure SmtpConnection::broken(const Error& error, Wait wait) {
  socket_.close();
  if (not_sent_) return fail(*not_sent_);
  if (error.code == Errc::timed_out) {
    return fail(Errc::unavailable, "no answer within {}", format_duration(wait));
  }
  return fail(Errc::unavailable, "{}", error.message);
}

Result<void> SmtpConnection::secure(const TlsContext& context, Wait wait) {
  if (replies_.has_more()) {
    return broken({Errc::corrupt, "it sends more in the clear where TLS is to begin"}, wait);
  }
  if (auto secured = socket_.secure(context, from_now(wait)); !secured) {
    return broken(secured.error(), wait);
  }
  return {};
}

bool SmtpConnection::send(std::string_view bytes, Wait wait) {
  if (not_sent_ || !socket_.is_open()) return false;
  const auto sent = socket_.send(bytes, from_now(wait));
  if (sent) return true;
  not_sent_ = {Errc::unavailable, sent.error().code == Errc::timed_out
                                      ? "it takes nothing within " + format_duration(wait)
                                      : sent.error().message};
  return false;
}

Result<SmtpReply> SmtpConnection::receive(Wait wait) {
  if (!socket_.is_open()) {
    return broken({Errc::unavailable, "the connection is closed"}, wait);
  }
  // For the whole reply, however slowly it arrives.
  const auto until = from_now(not_sent_ ? std::min(wait, last_words_wait) : wait);
  std::array<char, 4096> chunk;
  for (;;) {
    auto reply = replies_.next();
    if (!reply) return broken(reply.error(), wait);
    if (*reply) return std::move(**reply);
    const auto bytes = socket_.receive(chunk.data(), chunk.size(), until);
    if (!bytes) return broken(bytes.error(), wait);
    if (*bytes == 0) return broken({Errc::unavailable, "it closed the connection"}, wait);
    replies_.feed({chunk.data(), *bytes});
  }
}

bool SmtpConnection::is_secret() const {
  const std::string other = peer();
  return !security().empty() || other.starts_with("127.") || other.starts_with("[::1]");
}

}  // namespace mega
