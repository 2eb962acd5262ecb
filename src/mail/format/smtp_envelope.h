// The envelope of a message (RFC 5321): who it is from and for, the commands that say so, and what
// the replies to them mean for each recipient; pure.
//
// Transparency of SMTP (RFC 5321, section 4.5.2): a line that begins with a dot gets a second one,
// so that the dot alone ends a message; pure.
#pragma once

#include "mail/format/smtp_reply.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct MailEnvelope {
  std::string sender;
  std::vector<std::string> recipients;  // at most recipients_max
  std::int64_t bytes = 0;               // of the message
  bool utf8 = false;                    // an address in its header is not ASCII
  bool wants_dsn = false;               // the relay is to report delivery, where it can
};

// As many as every relay takes in one go (RFC 5321, section 4.5.3.1.8).
inline constexpr std::size_t recipients_max = 100;

struct Fate {
  // unknown: the relay had all of it and did not say whether it takes it.
  enum class State { accepted, later, refused, unknown };
  std::string recipient;
  State state = State::later;
  std::string words;  // the relay's: "550 5.1.1 no such mailbox"
};

std::string mail_command(const MailEnvelope& envelope, const SmtpOffer& offer);
std::string rcpt_command(const std::string& recipient, const MailEnvelope& envelope,
                         const SmtpOffer& offer);

// The fates before a word is said: accepted, or refused as the relay would for what it offers not
// to take (a message of that size, addresses that are not ASCII).
std::vector<Fate> fates_by_offer(const MailEnvelope& envelope, const SmtpOffer& offer);

void decide(Fate& fate, const SmtpReply& reply);
// A reply that holds for all recipients accepted until then.
void decide_all(std::vector<Fate>& fates, const SmtpReply& reply);
bool any_accepted(const std::vector<Fate>& fates);
// The recipients that may be tried again.
std::vector<std::string> put_off(const std::vector<Fate>& fates);

// One for each message, whose lines end in CRLF.
class DotStuffer {
 public:
  // Valid until the next call.
  std::string_view stuffed(std::string_view chunk);

  // What ends the message.
  std::string_view end() const { return line_begins_ ? ".\r\n" : "\r\n.\r\n"; }

 private:
  bool line_begins_ = true;
  std::string out_;
};

}  // namespace mega
