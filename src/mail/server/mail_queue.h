// The queue's work: what is due is sent, what cannot be sent waits, and nothing is forgotten.
//
// A mail is sent over the first relay that takes mail, over one connection for all that is due.
// Before the line that ends a message goes out the store says so; its verdict is in the store
// before the next one is begun. So a crash leaves at most one mail of which nobody knows whether
// the relay has it, and that one is known: smtp.doubt says what becomes of it.
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
  bool resend_doubtful = true;                      // else a person decides
  std::chrono::seconds pause{60}, pause_max{3600};  // between tries; doubled from one to the next
  std::chrono::seconds give_up{4 * 24 * 3600};
  std::chrono::seconds keep{7 * 24 * 3600};  // what has ended
  std::int64_t host_rate = 100;              // mails of one host's daemon in an hour
};

// Errors: invalid_argument.
Result<MailQueueOptions> read_mail_queue_options(const Settings& settings);
const std::vector<std::string>& mail_queue_setting_names();

// What could not be delivered to some or all, for good.
using MailFailed = std::function<void(const QueuedMail& mail, const std::string& why)>;

// Used by one thread. What it refers to must outlive it.
class MailQueue {
 public:
  MailQueue(MailStore& store, const Clock& clock, const SmtpOptions& smtp,
            const MailQueueOptions& options, MailFailed failed)
      : store_(store), clock_(clock), smtp_(smtp), options_(options), failed_(std::move(failed)) {}

  // Once, before the first run(): decides about the mail that a crash has left in doubt.
  Result<void> recover();

  // Sends all that is due, until that is done or no relay takes mail; how long until there may be
  // more to do. `stop`: as BlockingSocket has it. Errors: those of the store.
  Result<std::chrono::seconds> run(int stop = -1);

  // Any thread: run() begins no further mail.
  void finish() { finishing_ = true; }

 private:
  Result<bool> send_next(std::optional<SmtpSession>& session, int stop);
  Result<std::vector<Fate>> transmit(std::optional<SmtpSession>& session, const QueuedMail& mail,
                                     int stop);
  Result<void> settle(const QueuedMail& mail, const std::vector<Fate>& fates);
  Result<void> doubt(const QueuedMail& mail, const std::string& why);
  Result<void> give_up(const QueuedMail& mail);
  Result<void> back_off(const Error& why);
  std::chrono::seconds pause_after(std::int64_t tries) const;

  MailStore& store_;
  const Clock& clock_;
  const SmtpOptions& smtp_;
  const MailQueueOptions options_;
  const MailFailed failed_;
  std::int64_t troubles_ = 0;  // runs in a row without a relay
  std::optional<std::chrono::steady_clock::time_point> rest_until_;  // after such a run
  std::string last_trouble_;
  std::atomic<bool> finishing_ = false;
};

}  // namespace mega
