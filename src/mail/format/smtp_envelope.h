// The envelope of a message (RFC 5321): its sender and recipients, the commands that send them, and
// the fate of each recipient by the replies. DotStuffer makes the text transparent (section 4.5.2):
// a line that begins with a dot gets a second dot, so that a dot alone ends the message. Pure.
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
  bool wants_dsn = false;               // request delivery reports, if offered
};

// Recipients per message that every relay takes (RFC 5321, section 4.5.3.1.8).
inline constexpr std::size_t recipients_max = 100;

struct Fate {
  // unknown: the relay got the whole message and did not say whether it accepts the message.
  enum class State { accepted, later, refused, unknown };
  std::string recipient;
  State state = State::later;
  std::string words;  // the relay's reply: "550 5.1.1 no such mailbox"
};

std::string mail_command(const MailEnvelope& envelope, const SmtpOffer& offer);
std::string rcpt_command(const std::string& recipient, const MailEnvelope& envelope,
                         const SmtpOffer& offer);

// The fates as far as the offer decides them: accepted, or refused where the relay does not offer
// to take the message (its size, addresses that are not ASCII).
std::vector<Fate> fates_by_offer(const MailEnvelope& envelope, const SmtpOffer& offer);

void decide(Fate& fate, const SmtpReply& reply);
// Applies a reply to all fates that are still accepted.
void decide_all(std::vector<Fate>& fates, const SmtpReply& reply);
bool any_accepted(const std::vector<Fate>& fates);
// The recipients whose fate is `later`.
std::vector<std::string> put_off(const std::vector<Fate>& fates);

// One object per message. The lines of the message end in CRLF.
class DotStuffer {
 public:
  // Valid until the next call.
  std::string_view stuffed(std::string_view chunk);

  // The bytes that end the message.
  std::string_view end() const { return line_begins_ ? ".\r\n" : "\r\n.\r\n"; }

 private:
  bool line_begins_ = true;
  std::string out_;
};

}  // namespace mega
