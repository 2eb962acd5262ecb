#include "post/deliver.h"

#include <algorithm>

namespace mega {
namespace {

std::span<const MailRelay> all_relays(const SmtpOptions& options) { return options.relays; }

Error no_relay() {
  return {
      Errc::invalid_argument,
      "no relay is set: smtp.relays = [\"mail.example.org\"] in the settings, or --smtp-relays"};
}

// The first relay of `relays` that takes mail; those up to it are cut off the span.
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

// What is left to do when the way to the relay broke between two parts of the recipients.
void leave_for_later(std::vector<Fate>& fates, const std::vector<std::string>& recipients,
                     const Error& why) {
  for (std::size_t i = fates.size(); i < recipients.size(); ++i) {
    fates.push_back(
        {.recipient = recipients[i], .state = Fate::State::later, .words = why.message});
  }
}

// In parts that every relay takes.
Result<std::vector<Fate>> send_in_parts(SmtpSession& session, const MailEnvelope& envelope,
                                        MailSource& source) {
  std::vector<Fate> fates;
  while (fates.size() < envelope.recipients.size()) {
    MailEnvelope part = envelope;
    const auto begin = envelope.recipients.begin() + static_cast<std::ptrdiff_t>(fates.size());
    const auto left = static_cast<std::size_t>(envelope.recipients.end() - begin);
    part.recipients.assign(begin,
                           begin + static_cast<std::ptrdiff_t>(std::min(left, recipients_max)));
    auto sent = session.send(part, source);
    if (!sent && fates.empty()) return sent;
    if (!sent) {
      leave_for_later(fates, envelope.recipients, sent.error());
      return fates;
    }
    for (Fate& fate : *sent) fates.push_back(std::move(fate));
  }
  return fates;
}

}  // namespace

Result<SmtpSession> open_session(const SmtpOptions& options, const PassedOver& passed_over,
                                 int stop) {
  auto relays = all_relays(options);
  return open_next(relays, options, passed_over, stop);
}

Result<std::vector<Fate>> deliver(const SmtpOptions& options, const MailEnvelope& envelope,
                                  MailSource& source, const PassedOver& passed_over) {
  auto relays = all_relays(options);
  for (;;) {
    auto session = open_next(relays, options, passed_over, -1);
    if (!session) return fail(session.error());
    auto fates = send_in_parts(*session, envelope, source);
    session->quit();
    // Nothing was taken: the next one may.
    const bool go_on = !fates && fates.error().code == Errc::unavailable && !relays.empty();
    if (!go_on) return fates;
    if (passed_over) passed_over(fates.error());
  }
}

}  // namespace mega
