#include "cmd/mail/mail_check.h"

#include "base/text.h"
#include "cmd/mail/mail_verdict.h"
#include "cmd/output.h"

#include <algorithm>

namespace mega {
namespace {

Result<void> print_step(std::string_view step, std::string_view what) {
  return write_output(fmt::format("  {:<10} {}\n", step, one_line(what)));
}

std::string_view word_for(Fate::State state) {
  switch (state) {
    case Fate::State::accepted:
      return "accepted";
    case Fate::State::later:
      return "not now";
    case Fate::State::refused:
      return "refused";
    case Fate::State::unknown:
      return "unknown";
  }
  return "";
}

// Returns the error, and so the exit code, that sending would return.
Result<void> sum_of(const std::vector<Fate>& fates) {
  const auto verdict = verdict_on(fates, std::nullopt);
  if (verdict) return {};
  const Errc code = verdict.error().code;
  if (code == Errc::failed) return fail(code, "the relay takes mail for none of the recipients");
  if (code == Errc::unavailable) return fail(code, "the relay takes mail for none of them now");
  return fail(code, "the relay does not take mail for all of the recipients");
}

Result<void> ask_about(SmtpSession& session, const MailEnvelope& envelope) {
  const auto fates = session.probe(envelope);
  if (!fates) return fail(fates.error());
  for (const Fate& fate : *fates) {
    auto printed =
        print_step(word_for(fate.state), fmt::format("{}: {}", fate.recipient, fate.words));
    if (!printed) return printed;
  }
  return sum_of(*fates);
}

Result<void> check_relay(const MailRelay& relay, const SmtpOptions& options,
                         const MailEnvelope& envelope) {
  if (auto printed = write_output(to_text(relay) + "\n"); !printed) return printed;
  auto session =
      SmtpSession::open(relay, options, [](std::string_view step, std::string_view what) {
        (void)print_step(step, what);  // ignores a closed pipe
      });
  if (!session) return fail(session.error());
  const auto asked = envelope.recipients.empty() ? Result<void>() : ask_about(*session, envelope);
  session->quit();
  return asked;
}

}  // namespace

Result<void> check_relays(const SmtpOptions& options, const MailEnvelope& envelope) {
  if (options.relays.empty()) {
    return fail(Errc::invalid_argument, "no relay is set: see the setting smtp.relays");
  }
  Result<void> checked;
  for (const MailRelay& relay : options.relays) {
    auto one = check_relay(relay, options, envelope);
    if (one) continue;
    if (!checked) print_error(checked.error());
    checked = fail(one.error());
  }
  return checked;
}

}  // namespace mega
