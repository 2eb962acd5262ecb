// SmtpSession: a session with a relay (RFC 5321): greeting, TLS, login, then messages in turn.
//
// Blocking, for commands and the server's one mail thread; every wait has a time-out. A refusal by
// the relay is a result, a fate for each recipient. An Error ends the session and names relay and
// step: unavailable when the relay has taken nothing, not_allowed when it refuses the login,
// timed_out when the whole message was sent and the verdict did not arrive, so that it is unknown
// whether the relay has the message. If the session ends after the relay has decided about some of
// the recipients, these fates stand, and those of the other recipients are `later` or `unknown`.
#pragma once

#include "base/result.h"
#include "mail/format/mail_stream.h"
#include "mail/format/smtp_envelope.h"
#include "mail/server/smtp_connection.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Called after each step that succeeded: "TLS", "TLSv1.3 ...". May be empty.
using SmtpTrace = std::function<void(std::string_view step, std::string_view what)>;

// Called when the message is sent except for the line that ends it. On an error that line
// is not sent.
using BeforeEnd = std::function<Result<void>()>;

// Not thread-safe.
class SmtpSession {
 public:
  // `stop`: see BlockingSocket.
  static Result<SmtpSession> open(const MailRelay& relay, const SmtpOptions& options,
                                  SmtpTrace trace = nullptr, int stop = -1);

  // Sends the source from its beginning. A message that the relay cannot take (its size, UTF-8 in
  // addresses) is refused for all recipients or for those concerned. Further errors: those of the
  // source and of `before_end`; the connection is then closed, so that no partial
  // message is delivered.
  Result<std::vector<Fate>> send(const MailEnvelope& envelope, MailSource& source,
                                 const BeforeEnd& before_end = nullptr);

  // Asks whether the relay accepts the sender and the recipients; sends no message.
  Result<std::vector<Fate>> probe(const MailEnvelope& envelope);

  bool is_open() const { return connection_.is_open(); }
  const SmtpOffer& offer() const { return offer_; }
  // Sends QUIT and closes the connection. The reply is ignored.
  void quit();

 private:
  SmtpSession(const MailRelay& relay, const SmtpOptions& options, SmtpTrace trace,
              SmtpConnection connection);

  Result<void> begin();
  Result<void> greet();
  Result<void> secure();
  Result<void> hello();
  Result<void> start_tls();
  Result<void> log_in();
  Result<SmtpReply> prove(SmtpLogin& login);

  // The replies to some commands, in order; fewer when `broke` ended the session.
  struct Answers {
    std::vector<SmtpReply> replies;
    std::optional<Error> broke;
  };

  Result<std::vector<Fate>> address(const MailEnvelope& envelope);
  Answers ask_all(const std::vector<std::string>& commands);
  Result<SmtpReply> send_data(MailSource& source, const BeforeEnd& before_end);
  Result<SmtpReply> last_words();

  Result<SmtpReply> ask(std::string_view step, std::string_view command);
  void reset();
  Error at(std::string_view step, const Error& error) const;
  Failure refused(std::string_view step, const SmtpReply& reply);
  void tell(std::string_view step, std::string_view what) const;

  MailRelay relay_;
  SmtpOptions options_;
  SmtpTrace trace_;
  SmtpConnection connection_;
  SmtpOffer offer_;
};

}  // namespace mega
