// MailQueue: sends the mail that is due, and retries what could not be sent.
//
// All due mail goes over one connection to the first relay that takes mail. A conversation that
// breaks costs only the mail that it is about: the next relay is asked, and when none decides, the
// mail is put off and the others go on. When no relay begins a conversation, or several break in a
// row, the whole queue rests. The queue marks a mail
// in the store before it sends the line that ends the message, and stores the verdict before it
// begins the next mail. So a crash leaves at most one mail in doubt, identified by its mark; the
// setting smtp.doubt says whether to send it again or hold it.
#pragma once

#include "base/clock.h"
#include "mail/server/deliver.h"
#include "mail/store/mail_store.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace mega {

struct MailQueueOptions {
  bool resend_doubtful = true;                      // else hold it
  std::chrono::seconds pause{60}, pause_max{3600};  // between tries; doubles with each try
  std::chrono::seconds give_up{4 * 24 * 3600};
  std::chrono::seconds keep{7 * 24 * 3600};  // of ended mail
  std::int64_t host_rate = 100;              // mails per hour from one host's daemon
};

// Errors: invalid_argument.
Result<MailQueueOptions> read_mail_queue_options(const Settings& settings);

// Called when a mail has failed for good, for some or all of its recipients.
using MailFailed = std::function<void(const QueuedMail& mail, const std::string& why)>;

// Not thread-safe, except finish(). The references must outlive the queue.
class MailQueue {
 public:
  MailQueue(MailStore& store, const Clock& clock, const SmtpOptions& smtp,
            const MailQueueOptions& options, MailFailed failed)
      : store_(store), clock_(clock), smtp_(smtp), options_(options), failed_(std::move(failed)) {}

  // Call once, before the first run(): resends or holds the mail that a crash has left in doubt.
  Result<void> recover();

  // Sends due mail until none is left or no relay takes mail. Returns the time until there may be
  // more to do. `stop`: see BlockingSocket. Errors: those of the store.
  Result<std::chrono::seconds> run(int stop = -1);

  // Makes run() begin no further mail. Any thread.
  void finish() { finishing_ = true; }

 private:
  using Session = std::optional<SmtpSession>;

  Result<bool> send_next(Session& session, int stop);
  Result<bool> go_on_after(const Error& why, const QueuedMail& mail, const Session& session);
  Result<std::vector<Fate>> transmit(Session& session, const QueuedMail& mail, int stop);
  Result<std::vector<Fate>> talk(SmtpSession& session, const QueuedMail& mail);
  Result<void> settle(const QueuedMail& mail, const std::vector<Fate>& fates);
  Result<void> doubt(const QueuedMail& mail, const std::string& why);
  void tell_doubt(const QueuedMail& mail, const std::string& why) const;
  Result<void> postpone(const QueuedMail& mail, const std::string& why);
  Result<void> give_up(const QueuedMail& mail, const std::string& why);
  Result<void> back_off(const Error& why);
  std::chrono::seconds pause_after(std::int64_t tries) const;
  Time next_try(const QueuedMail& mail) const;

  MailStore& store_;
  const Clock& clock_;
  const SmtpOptions& smtp_;
  const MailQueueOptions options_;
  const MailFailed failed_;
  std::int64_t troubles_ = 0;  // consecutive runs without a relay
  int broken_ = 0;             // consecutive mails whose conversations broke
  std::optional<std::chrono::steady_clock::time_point> rest_until_;  // pause after such a run
  std::string last_trouble_;
  std::atomic<bool> finishing_ = false;
};

}  // namespace mega
