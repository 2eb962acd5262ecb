// The bytes of a conversation with a relay: commands out, replies in, TLS underneath from when it
// is asked for. Blocking.
#pragma once

#include "base/result.h"
#include "mail/format/smtp_reply.h"
#include "mail/server/smtp_options.h"
#include "net/blocking_socket.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Not thread-safe. All errors are unavailable: the connection is of no more use then, and closed.
class SmtpConnection {
 public:
  using Wait = std::chrono::milliseconds;

  // `stop`: as BlockingSocket has it.
  static Result<SmtpConnection> open(const MailRelay& relay, Wait wait, int stop);

  // The relay must have sent nothing that was not read: what came in the clear is not to be taken
  // for what comes by TLS.
  Result<void> secure(const TlsContext& context, Wait wait);

  Result<void> send(std::string_view bytes, Wait wait);
  Result<SmtpReply> receive(Wait wait);
  // What the relay had said when it no longer took what was sent; nullopt: nothing.
  const std::optional<SmtpReply>& last_words() const { return last_words_; }

  bool is_open() const { return socket_.is_open(); }
  void close() { socket_.close(); }
  std::string peer() const { return socket_.peer(); }
  std::string security() const { return socket_.security(); }  // empty: none
  // Whether the connection is encrypted or local.
  bool is_secret() const;

 private:
  explicit SmtpConnection(BlockingSocket socket) : socket_(std::move(socket)) {}
  Failure broken(const Error& error, Wait wait);

  BlockingSocket socket_;
  ReplyReader replies_;
  std::optional<SmtpReply> last_words_;
};

}  // namespace mega
