#include "mail/server/mail_queue.h"

#include "base/log.h"
#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Logger logger{"mail"};

const Setting<std::string> doubt_setting{
    "smtp.doubt",
    "resend",
    "WHAT",
    "Mail of which nobody knows whether the relay has it: resend (it may come twice) or hold",
    {.choices = {"resend", "hold"}, .flag_of = {"server"}}};
const Setting<milliseconds> retry_pause{
    "smtp.retry_pause",
    seconds(60),
    "TIME",
    "Between two tries; doubled from one to the next",
    {.min = 1000, .max = 24LL * 3600 * 1000, .flag_of = {"server"}}};
const Setting<milliseconds> retry_pause_max{
    "smtp.retry_pause_max",
    seconds(3600),
    "TIME",
    "The longest pause between two tries",
    {.min = 1000, .max = 24LL * 3600 * 1000, .flag_of = {"server"}}};
const Setting<milliseconds> give_up_setting{
    "smtp.give_up",
    seconds(4 * 24 * 3600),
    "TIME",
    "When mail that no relay takes is returned as failed",
    {.min = 1000, .max = 30LL * 24 * 3600 * 1000, .flag_of = {"server"}}};
const Setting<milliseconds> keep_setting{
    "smtp.keep",
    seconds(7 * 24 * 3600),
    "TIME",
    "How long the queue remembers mail that has ended",
    {.min = 1000, .max = 365LL * 24 * 3600 * 1000, .flag_of = {"server"}}};
const Setting<std::int64_t> host_rate{"smtp.host_rate",
                                      100,
                                      "NUMBER",
                                      "Mails that one host's daemon may leave in an hour, at most",
                                      {.min = 1, .max = 1000000, .flag_of = {"server"}}};

// When the conversations about so many mails in a row break, the relay is at fault, not the mails.
constexpr int broken_max = 5;

seconds in_seconds(milliseconds length) { return std::chrono::ceil<seconds>(length); }

// Reads a mail's bytes from the store, part by part.
class StoredSource : public MailSource {
 public:
  StoredSource(const MailStore& store, const QueuedMail& mail) : store_(store), mail_(mail) {}

  Result<std::string_view> next() override {
    auto part = store_.mail_part(mail_.id, number_);
    if (!part) return fail(part.error());
    given_ += static_cast<std::int64_t>(part->size());
    if (part->empty() && given_ != mail_.bytes) {
      return fail(Errc::corrupt, "mail {} has {} of its {} bytes", mail_.id, given_, mail_.bytes);
    }
    ++number_;
    part_ = *std::move(part);
    return part_;
  }
  void rewind() override { number_ = given_ = 0; }

 private:
  const MailStore& store_;
  const QueuedMail& mail_;
  std::int64_t number_ = 0, given_ = 0;
  std::string part_;
};

std::string_view state_name(Fate::State state) {
  switch (state) {
    case Fate::State::accepted:
      return "accepted";
    case Fate::State::later:
    case Fate::State::unknown:
      return "waiting";
    case Fate::State::refused:
      return "refused";
  }
  return "";
}

// Whether the mail may be sent again: the relay has neither accepted nor refused it.
bool is_undecided(const Result<std::vector<Fate>>& fates) {
  if (!fates) return fates.error().code == Errc::unavailable;
  return std::ranges::all_of(*fates, [](const Fate& f) { return f.state == Fate::State::later; });
}

void tell_passed_over(const Error& why) { logger.warn("{}", why.message); }

std::string refusals_in(const std::vector<Fate>& fates) {
  std::string all;
  for (const Fate& fate : fates) {
    if (fate.state != Fate::State::refused) continue;
    all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", fate.recipient, one_line(fate.words));
  }
  return all;
}

}  // namespace

Result<MailQueueOptions> read_mail_queue_options(const Settings& settings) {
  return MailQueueOptions{.resend_doubtful = settings[doubt_setting] == "resend",
                          .pause = in_seconds(settings[retry_pause]),
                          .pause_max = in_seconds(settings[retry_pause_max]),
                          .give_up = in_seconds(settings[give_up_setting]),
                          .keep = in_seconds(settings[keep_setting]),
                          .host_rate = settings[host_rate]};
}

seconds MailQueue::pause_after(std::int64_t tries) const {
  const std::int64_t doublings = std::min<std::int64_t>(tries, 20);
  return std::min(options_.pause_max, options_.pause * (std::int64_t{1} << doublings));
}

Time MailQueue::next_try(const QueuedMail& mail) const {
  return {clock_.now().seconds + pause_after(mail.tries).count()};
}

Result<void> MailQueue::recover() {
  for (;;) {
    const auto mail = store_.mail_in_doubt();
    if (!mail) return fail(mail.error());
    if (!*mail) return {};
    if (auto decided = doubt(**mail, "the server died at its end"); !decided) return decided;
  }
}

void MailQueue::tell_doubt(const QueuedMail& mail, const std::string& why) const {
  logger.warn("id={} message={} in doubt: {}; {}", mail.id, mail.message_id, why,
              options_.resend_doubtful ? "sent again, it may come twice"
                                       : "held until `mega mail --retry` or --drop");
}

Result<void> MailQueue::doubt(const QueuedMail& mail, const std::string& why) {
  tell_doubt(mail, why);
  if (!options_.resend_doubtful) return store_.hold_mail(mail.id, why);
  return store_.put_off_mail(mail.id, why, next_try(mail));
}

Result<void> MailQueue::postpone(const QueuedMail& mail, const std::string& why) {
  const Time due = next_try(mail);
  logger.warn("id={} message={} put off until {}: {}", mail.id, mail.message_id, format_local(due),
              why);
  return store_.put_off_mail(mail.id, why, due);
}

Result<seconds> MailQueue::run(int stop) {
  const auto now = clock_.steady();
  if (rest_until_ && now < *rest_until_) return std::chrono::ceil<seconds>(*rest_until_ - now);
  rest_until_.reset();
  const Time forgotten{clock_.now().seconds - options_.keep.count()};
  if (auto done = store_.forget_mail(forgotten); !done) return fail(done.error());

  Session session;
  while (!finishing_) {
    const auto more = send_next(session, stop);
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  if (session) session->quit();
  if (rest_until_) return std::chrono::ceil<seconds>(*rest_until_ - clock_.steady());
  const auto next = store_.next_mail_due();
  if (!next) return fail(next.error());
  if (!*next) return options_.pause_max;
  return std::clamp(seconds((*next)->seconds - clock_.now().seconds), seconds(1),
                    options_.pause_max);
}

// False: nothing more is due, or no relay takes mail now.
Result<bool> MailQueue::send_next(Session& session, int stop) {
  const auto due = store_.due_mail(recipients_max);
  if (!due) return fail(due.error());
  if (!*due) return false;
  const QueuedMail& mail = **due;
  if (clock_.now().seconds - mail.since.seconds > options_.give_up.count()) {
    auto given_up =
        give_up(mail, fmt::format("not delivered within {}", format_duration(options_.give_up)));
    return given_up ? Result<bool>(true) : fail(given_up.error());
  }
  const auto fates = transmit(session, mail, stop);
  if (!fates) return go_on_after(fates.error(), mail, session);
  auto settled = settle(mail, *fates);
  return settled ? Result<bool>(true) : fail(settled.error());
}

// For an error about a mail of which no relay has decided anything. False: no relay takes mail now,
// or the queue ends.
Result<bool> MailQueue::go_on_after(const Error& why, const QueuedMail& mail,
                                    const Session& session) {
  if (finishing_ && why.code == Errc::unavailable) return false;
  const bool broke = why.code == Errc::unavailable && session;
  Result<void> done;
  bool more = true;
  if (why.code == Errc::timed_out) {
    done = doubt(mail, why.message);
  } else if (why.code == Errc::corrupt) {
    done = give_up(mail, why.message);
  } else if (broke && ++broken_ < broken_max) {
    done = postpone(mail, why.message);
  } else {
    more = false;
    done = back_off(why);
  }
  if (!done) return fail(done.error());
  return more;
}

Result<std::vector<Fate>> MailQueue::talk(SmtpSession& session, const QueuedMail& mail) {
  StoredSource source(store_, mail);
  return session.send({.sender = mail.sender,
                       .recipients = mail.recipients,
                       .bytes = mail.bytes,
                       .utf8 = mail.utf8},
                      source, [&] { return store_.begin_mail_end(mail.id); });
}

// Sends the mail over the open session, if there is one; a relay may have closed it between two
// messages. Then over the relays in turn, until one decides. Without a session no relay is
// reached.
Result<std::vector<Fate>> MailQueue::transmit(Session& session, const QueuedMail& mail, int stop) {
  if (session && session->is_open()) {
    auto fates = talk(*session, mail);
    if (session->is_open() || !is_undecided(fates)) return fates;
  }
  session.reset();
  std::span<const MailRelay> relays(smtp_.relays);
  for (;;) {
    auto opened = open_next(relays, smtp_, tell_passed_over, stop);
    if (!opened) return fail(opened.error());
    session = *std::move(opened);
    auto fates = talk(*session, mail);
    const bool broke = !fates && fates.error().code == Errc::unavailable;
    if (!broke || relays.empty() || finishing_) return fates;
    tell_passed_over(fates.error());
  }
}

Result<void> MailQueue::settle(const QueuedMail& mail, const std::vector<Fate>& fates) {
  troubles_ = broken_ = 0;
  last_trouble_.clear();
  std::vector<MailVerdict> verdicts;
  for (const Fate& fate : fates) {
    verdicts.push_back({.recipient = fate.recipient,
                        .state = std::string(state_name(fate.state)),
                        .words = fate.words});
  }
  // Recipients beyond the first recipients_max are served at once, unless these are put off.
  const auto unknown = std::ranges::find(fates, Fate::State::unknown, &Fate::state);
  const bool waits = unknown != fates.end() || !put_off(fates).empty();
  const auto settled = store_.settle_mail(mail.id, verdicts, waits ? next_try(mail) : clock_.now());
  if (!settled) return fail(settled.error());
  for (const Fate& fate : fates) {
    const bool accepted = fate.state == Fate::State::accepted;
    logger.write(accepted ? LogLevel::info : LogLevel::warn,
                 fmt::format("id={} message={} to={} {}: {}", mail.id, mail.message_id,
                             fate.recipient, state_name(fate.state), fate.words));
  }
  const std::string refusals = refusals_in(fates);
  if (!refusals.empty() && failed_) failed_(mail, refusals);
  if (unknown == fates.end()) return {};
  tell_doubt(mail, unknown->words);
  return options_.resend_doubtful ? Result<void>() : store_.hold_mail(mail.id, unknown->words);
}

Result<void> MailQueue::give_up(const QueuedMail& mail, const std::string& why) {
  logger.error("id={} message={} failed: {}", mail.id, mail.message_id, why);
  if (auto done = store_.fail_mail(mail.id, why); !done) return done;
  if (failed_) failed_(mail, why);
  return {};
}

Result<void> MailQueue::back_off(const Error& why) {
  broken_ = 0;
  const seconds pause = pause_after(troubles_++);
  rest_until_ = clock_.steady() + pause;
  const LogLevel level = why.message == last_trouble_ ? LogLevel::debug : LogLevel::error;
  last_trouble_ = why.message;
  logger.write(level, fmt::format("no relay takes mail: {}; next try in {}", why.message,
                                  format_duration(pause)));
  return store_.note_mail_trouble(why.message);
}

}  // namespace mega
