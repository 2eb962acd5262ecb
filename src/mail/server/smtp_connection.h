// SmtpConnection: a connection to a relay that sends commands and receives replies, over TLS from
// secure() on. Blocking.
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

// Not thread-safe. All errors are unavailable; an error of open(), secure() or receive() closes the
// connection.
class SmtpConnection {
 public:
  using Wait = std::chrono::milliseconds;

  // `stop`: see BlockingSocket.
  static Result<SmtpConnection> open(const MailRelay& relay, Wait wait, int stop);

  // Starts TLS. Fails when the relay has sent bytes that were not read: plaintext must not pass for
  // data received over TLS.
  Result<void> secure(const TlsContext& context, Wait wait);

  // False: the relay takes no more. receive() then returns the replies that the relay sent before,
  // one by one, and then the error.
  bool send(std::string_view bytes, Wait wait);
  Result<SmtpReply> receive(Wait wait);

  bool is_open() const { return socket_.is_open(); }
  void close() { socket_.close(); }
  std::string peer() const { return socket_.peer(); }
  std::string security() const { return socket_.security(); }  // empty: none
  // Whether the connection is private: TLS or loopback.
  bool is_secret() const;

 private:
  explicit SmtpConnection(BlockingSocket socket) : socket_(std::move(socket)) {}
  Failure broken(const Error& error, Wait wait);

  BlockingSocket socket_;
  ReplyReader replies_;
  std::optional<Error> not_sent_;  // why the relay takes no more
};

}  // namespace mega
