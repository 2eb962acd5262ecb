// Mailer: stores the mail of functions and alerts in the outbox, on disk, and sends it
// on one thread.
#pragma once

#include "api/notices.h"
#include "mail/server/mail_queue.h"
#include "mail/server/outbox.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mega {

struct MailerOptions {
  SmtpOptions smtp;  // without relays no mail is accepted or sent
  MailQueueOptions queue;
};

// Errors: invalid_argument, each naming the setting; those of reading the password file.
Result<MailerOptions> read_mailer_options(const Settings& settings);

// The references must outlive the mailer.
class Mailer {
 public:
  Mailer(MailStore& store, const Clock& clock, MailerOptions options);
  // Waits a few seconds for the message being sent, then aborts it.
  ~Mailer();
  Mailer(const Mailer&) = delete;

  // Starts the sending thread. Call once, before calls arrive.
  void start();
  // Waits a few seconds for a message on its way, then breaks off. Running it again is safe.
  void stop();

  const Outbox& outbox() const { return outbox_; }
  // Raises a notice for each mail that fails. Call before start(); `notices` must
  // outlive the mailer.
  void tell(const Notices& notices) { notices_ = &notices; }

 private:
  void wake();
  void work();
  bool rest(std::chrono::seconds length);
  void tell_of_failed(const QueuedMail& mail, const std::string& why) const;

  const MailerOptions options_;
  const Outbox outbox_;
  MailQueue queue_;
  const Notices* notices_ = nullptr;
  const int stop_;    // eventfd, readable once waits must end
  std::mutex mutex_;  // guards the flags below
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace mega
