// A conversation with a relay (RFC 5321): greeting, TLS, login, then messages, one after the other.
//
// Blocking, as commands and the server's one thread for mail want it; every wait has a limit.
// What a relay refuses is a result, a fate for each recipient. An Error means that the conversation
// is over and names relay and step: unavailable when the relay has taken nothing, not_allowed when
// it refuses the login, timed_out when all of a message was sent and the relay's word on it did not
// come, so that nobody knows.
#pragma once

#include "base/result.h"
#include "mail/format/mail_stream.h"
#include "mail/format/smtp_envelope.h"
#include "mail/server/smtp_connection.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Told of each step that went well: "TLS", "TLSv1.3 ...". May be empty.
using SmtpTrace = std::function<void(std::string_view step, std::string_view what)>;

// Called when all of a message is sent but the line that ends it. An error keeps that line back.
using BeforeEnd = std::function<Result<void>()>;

// Not thread-safe.
class SmtpSession {
 public:
  // `stop`: as BlockingSocket has it.
  static Result<SmtpSession> open(const MailRelay& relay, const SmtpOptions& options,
                                  SmtpTrace trace = nullptr, int stop = -1);

  // The source is read from its beginning. A message that the relay cannot take (its size, UTF-8 in
  // addresses) is refused, for all recipients or for those whom it is about. Errors besides those
  // above: of the source and of before_end, with the conversation broken off, so that nothing is
  // sent by half.
  Result<std::vector<Fate>> send(const MailEnvelope& envelope, MailSource& source,
                                 const BeforeEnd& before_end = nullptr);

  // Asks whether the sender and the recipients are taken, and no more.
  Result<std::vector<Fate>> probe(const MailEnvelope& envelope);

  bool is_open() const { return connection_.is_open(); }
  const SmtpOffer& offer() const { return offer_; }
  // Says goodbye and closes. What the relay says to it does not matter.
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

  Result<std::vector<Fate>> address(const MailEnvelope& envelope);
  Result<std::vector<SmtpReply>> ask_all(const std::vector<std::string>& commands);
  Result<SmtpReply> send_data(MailSource& source, const BeforeEnd& before_end);

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
