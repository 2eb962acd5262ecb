#include "mail/server/deliver.h"

#include "base/text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mega {
namespace {

std::span<const MailRelay> all_relays(const SmtpOptions& options) { return options.relays; }

Error no_relay() {
  return {
      Errc::invalid_argument,
      "no relay is set: smtp.relays = [\"mail.example.org\"] in the settings, or --smtp-relays"};
}

void add_all(std::vector<Fate>& fates, std::span<const std::string> recipients, Fate::State state,
             const Error& why) {
  for (const std::string& recipient : recipients) {
    fates.push_back({.recipient = recipient, .state = state, .words = why.message});
  }
}

// Sends in parts of at most recipients_max recipients. Errors: as SmtpSession::send, when no
// recipient's fate is known.
Result<std::vector<Fate>> send_in_parts(SmtpSession& session, const MailEnvelope& envelope,
                                        MailSource& source) {
  std::vector<Fate> fates;
  std::span<const std::string> left(envelope.recipients);
  while (!left.empty()) {
    const auto now = left.first(std::min(left.size(), recipients_max));
    left = left.subspan(now.size());
    MailEnvelope part = envelope;
    part.recipients.assign(now.begin(), now.end());
    auto sent = session.send(part, source);
    if (sent) {
      std::ranges::move(*sent, std::back_inserter(fates));
      continue;
    }
    const bool unknown = sent.error().code == Errc::timed_out;
    if (fates.empty() && (!unknown || left.empty())) return sent;
    // The connection broke between two parts, or at the end of one.
    add_all(fates, now, unknown ? Fate::State::unknown : Fate::State::later, sent.error());
    add_all(fates, left, Fate::State::later, sent.error());
    return fates;
  }
  return fates;
}

// Replaces the fates `later` by those of the next relay, in order.
void take_over(std::vector<Fate>& fates, std::vector<Fate> news) {
  if (fates.empty()) return fates.swap(news);
  auto next = news.begin();
  for (Fate& fate : fates) {
    if (fate.state == Fate::State::later) fate = std::move(*next++);
  }
}

void mark_unknown(std::vector<Fate>& fates, const Error& why) {
  for (Fate& fate : fates) {
    if (fate.state != Fate::State::later) continue;
    fate.state = Fate::State::unknown;
    fate.words = why.message;
  }
}

Error puts_off(const MailRelay& relay, const std::vector<Fate>& fates) {
  const auto first = std::ranges::find(fates, Fate::State::later, &Fate::state);
  return {Errc::unavailable, fmt::format("{}: not now for {}: {}", to_text(relay), first->recipient,
                                         one_line(first->words))};
}

}  // namespace

Result<SmtpSession> open_next(std::span<const MailRelay>& relays, const SmtpOptions& options,
                              const PassedOver& passed_over, int stop) {
  Error last = no_relay();
  while (!relays.empty()) {
    const MailRelay& relay = relays.front();
    relays = relays.subspan(1);
    auto session = SmtpSession::open(relay, options, nullptr, stop);
    if (session) return session;
    last = session.error();
    if (passed_over && !relays.empty()) passed_over(last);
  }
  return fail(last);
}

Result<std::vector<Fate>> deliver(const SmtpOptions& options, const MailEnvelope& envelope,
                                  MailSource& source, const PassedOver& passed_over) {
  auto relays = all_relays(options);
  std::vector<Fate> fates;  // empty: no relay has answered
  MailEnvelope asked = envelope;
  for (;;) {
    auto session = open_next(relays, options, passed_over, -1);
    auto sent = session ? send_in_parts(*session, asked, source) : fail(session.error());
    if (session) session->quit();
    const bool go_on = (sent || sent.error().code == Errc::unavailable) && !relays.empty();
    if (!sent && fates.empty() && !go_on) return sent;
    if (!sent && sent.error().code == Errc::timed_out) mark_unknown(fates, sent.error());
    if (sent) {
      take_over(fates, *sent);
      asked.recipients = put_off(fates);
    }
    if (!go_on || asked.recipients.empty()) return fates;
    const MailRelay& last = options.relays[options.relays.size() - relays.size() - 1];
    if (passed_over) passed_over(sent ? puts_off(last, fates) : sent.error());
  }
}

}  // namespace mega
