#include "mail/format/smtp_envelope.h"

#include "mail/format/address.h"

#include <algorithm>

namespace mega {
namespace {

bool is_beyond_ascii(const MailEnvelope& envelope) {
  return envelope.utf8 || needs_smtputf8(envelope.sender) ||
         std::ranges::any_of(envelope.recipients, [](const std::string& recipient) {
           return needs_smtputf8(recipient);
         });
}

SmtpReply too_large(const MailEnvelope& envelope, const SmtpOffer& offer) {
  return {.code = 552,
          .lines = {fmt::format("5.3.4 the relay takes messages of {} bytes at most, this one has "
                                "{}",
                                offer.size_max, envelope.bytes)}};
}

SmtpReply not_ascii(std::string_view what) {
  return {.code = 553,
          .lines = {fmt::format("5.6.7 the relay takes ASCII before the @ only (it offers no "
                                "SMTPUTF8), and {} is not",
                                what)}};
}

}  // namespace

std::string mail_command(const MailEnvelope& envelope, const SmtpOffer& offer) {
  std::string command = fmt::format("MAIL FROM:<{}>", envelope.sender);
  if (offer.size) command += fmt::format(" SIZE={}", envelope.bytes);
  if (offer.utf8 && is_beyond_ascii(envelope)) {
    command += offer.eight_bit ? " BODY=8BITMIME SMTPUTF8" : " SMTPUTF8";
  }
  if (envelope.wants_dsn && offer.dsn) command += " RET=HDRS";
  return command;
}

std::string rcpt_command(const std::string& recipient, const MailEnvelope& envelope,
                         const SmtpOffer& offer) {
  std::string command = fmt::format("RCPT TO:<{}>", recipient);
  if (envelope.wants_dsn && offer.dsn) command += " NOTIFY=SUCCESS,FAILURE,DELAY";
  return command;
}

std::vector<Fate> fates_by_offer(const MailEnvelope& envelope, const SmtpOffer& offer) {
  std::vector<Fate> fates;
  for (const std::string& recipient : envelope.recipients) {
    fates.push_back({.recipient = recipient, .state = Fate::State::accepted, .words = ""});
    if (!offer.utf8 && needs_smtputf8(recipient)) decide(fates.back(), not_ascii("this address"));
  }
  if (offer.size_max > 0 && envelope.bytes > offer.size_max) {
    decide_all(fates, too_large(envelope, offer));
  }
  if (!offer.utf8 && needs_smtputf8(envelope.sender)) {
    decide_all(fates, not_ascii("the sender's address"));
  }
  if (!offer.utf8 && envelope.utf8) decide_all(fates, not_ascii("an address in the header"));
  return fates;
}

void decide(Fate& fate, const SmtpReply& reply) {
  fate.state = reply.done()    ? Fate::State::accepted
               : reply.later() ? Fate::State::later
                               : Fate::State::refused;
  fate.words = reply.text();
}

void decide_all(std::vector<Fate>& fates, const SmtpReply& reply) {
  for (Fate& fate : fates) {
    if (fate.state == Fate::State::accepted) decide(fate, reply);
  }
}

bool any_accepted(const std::vector<Fate>& fates) {
  return std::ranges::any_of(fates,
                             [](const Fate& fate) { return fate.state == Fate::State::accepted; });
}

std::vector<std::string> put_off(const std::vector<Fate>& fates) {
  std::vector<std::string> all;
  for (const Fate& fate : fates) {
    if (fate.state == Fate::State::later) all.push_back(fate.recipient);
  }
  return all;
}

std::string_view DotStuffer::stuffed(std::string_view chunk) {
  if (chunk.empty()) return chunk;
  out_.clear();
  if (line_begins_ && chunk.front() == '.') out_ += '.';
  line_begins_ = chunk.back() == '\n';
  std::size_t from = 0;
  for (auto at = chunk.find("\n."); at != std::string_view::npos; at = chunk.find("\n.", at + 1)) {
    out_.append(chunk.substr(from, at + 1 - from));
    out_ += '.';
    from = at + 1;
  }
  if (out_.empty()) return chunk;
  out_.append(chunk.substr(from));
  return out_;
}

}  // namespace mega
